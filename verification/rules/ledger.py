"""The whole crowd model as a fold over the log of votes and sign-offs: replaying the same log gives the same state."""

from __future__ import annotations

from collections.abc import Hashable

from verification.rules.consensus import Crowd, Leaning, RaterRecord, Vote, new_crowd, weigh
from verification.rules.learning import Lesson, draw_lesson, learn, unlearn
from verification.rules.parameters import PARAMETERS, Parameters


class Ledger:
    """Every standing vote, rater record and lesson so far. Methods are called in the order of the log."""

    def __init__(self, levels: int, parameters: Parameters = PARAMETERS) -> None:
        self.parameters = parameters
        self.crowd: Crowd = new_crowd(levels, parameters)
        self.records: dict[Hashable, RaterRecord] = {}
        self.votes: dict[Hashable, dict[Hashable, Vote]] = {}
        self.lessons: dict[Hashable, Lesson] = {}

    def cast(self, claim: Hashable, vote: Vote) -> None:
        """Put down a vote; one that the rater cast on the claim before is replaced."""
        self.votes.setdefault(claim, {})[vote.rater] = vote

    def lean(self, claim: Hashable) -> Leaning:
        """Return where the claim's votes lean now."""
        votes = list(self.votes.get(claim, {}).values())
        return weigh(votes, self.records, self.crowd, parameters=self.parameters)

    def sign(self, claim: Hashable, truth: int | None) -> None:
        """Learn from the agency's verdict. Signing a claim again first unlearns the verdict that is overturned."""
        self.overturn(claim)
        votes = list(self.votes.get(claim, {}).values())
        lesson = draw_lesson(votes, truth, self.records, self.crowd, self.parameters)
        learned = learn(lesson, self.records, self.crowd, self.parameters)
        self.crowd = learned.crowd
        self.records.update(learned.records)
        self.lessons[claim] = lesson

    def overturn(self, claim: Hashable) -> None:
        """Unlearn the claim's verdict, if one was signed."""
        lesson = self.lessons.pop(claim, None)
        if lesson is None:
            return
        learned = unlearn(lesson, self.records, self.crowd, self.parameters)
        self.crowd = learned.crowd
        self.records.update(learned.records)
