"""What can go wrong while a claim is judged."""

from __future__ import annotations

from kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchCase(NotFound):
    """There is no case with this public number."""

    code = "no_such_case"


class NoSuchFactCheck(NotFound):
    """There is no fact-check with this public number."""

    code = "no_such_fact_check"


class NoSuchReport(NotFound):
    """The tracking link leads nowhere."""

    code = "no_such_report"


class WrongState(Conflict):
    """The case has moved on: `state` is where it stands, `event` what was asked."""

    code = "wrong_state"


class CaseTaken(Conflict):
    """Somebody else works on the case until `expires_at`."""

    code = "case_taken"


class AlreadyAssessed(Conflict):
    """This person has an open assessment of the case; changing one's mind is another act."""

    code = "already_assessed"


class EvidenceMissing(Invalid):
    """An assessment needs a piece of this case's evidence to rest on."""

    code = "evidence_missing"


class BadAssessment(Invalid):
    """The verdict, type, confidence or reason is not on the form's scale."""

    code = "bad_assessment"


class BadEvidence(Invalid):
    """The address is none, or the quote is empty or too long."""

    code = "bad_evidence"


class IncompleteCounterNarrative(Invalid):
    """A required part is empty; `field` says which."""

    code = "incomplete_counter_narrative"


class OwnReport(NotAllowed):
    """Nobody judges what they reported themselves."""

    code = "own_report"


class OwnEvidence(NotAllowed):
    """Nobody agrees with or contests what they added themselves."""

    code = "own_evidence"


class OwnWork(NotAllowed):
    """Nobody approves what they wrote themselves."""

    code = "own_work"


class OwnOrganisation(NotAllowed):
    """The claim speaks of this person's organisation, which may not judge its own case."""

    code = "own_organisation"


class NotAReviewer(NotAllowed):
    """The act needs a role that this person does not have; `roles` lists those that would do."""

    code = "not_a_reviewer"
