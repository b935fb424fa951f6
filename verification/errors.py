"""What can go wrong while a claim is judged."""

from __future__ import annotations

from kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable


class NoSuchCase(NotFound):
    """There is no case with this public number."""

    code = "no_such_case"


class NoSuchFactCheck(NotFound):
    """There is no fact-check with this public number."""

    code = "no_such_fact_check"


class NoSuchReport(NotFound):
    """The tracking link leads nowhere."""

    code = "no_such_report"


class NoSuchUpload(NotFound):
    """The link to a question with pictures leads nowhere, or the question is a day old and gone."""

    code = "no_such_upload"


class BadClusterChange(Invalid):
    """The other case, the chosen items, the reason or the change itself will not do; `field` says which."""

    code = "bad_cluster_change"


class BadFactCheckLink(Invalid):
    """There is no public fact-check at this address, or it is among the proposals already."""

    code = "bad_fact_check_link"


class MergedAway(Conflict):
    """The case's items have moved to another case; fact `public_id` names it."""

    code = "merged_away"


class WrongState(Conflict):
    """The case has moved on: `state` is where it stands, `event` what was asked."""

    code = "wrong_state"


class CaseTaken(Conflict):
    """Somebody else works on the case until `expires_at`."""

    code = "case_taken"


class NothingWaits(NotFound):
    """No case waits for this person now."""

    code = "nothing_waits"


class MustDraw(NotAllowed):
    """This volunteer has chosen so many cases that the lot has to catch up: `chosen` and `by_lot` say how many."""

    code = "must_draw"


class NoSuchColleague(Invalid):
    """Nobody of this public name may take the case over; `judged` when they have assessed it already."""

    code = "no_such_colleague"


class AlreadyAssessed(Conflict):
    """This person has an open assessment of the case; changing one's mind is another act."""

    code = "already_assessed"


class EvidenceMissing(Invalid):
    """An assessment needs a piece of this case's evidence to rest on."""

    code = "evidence_missing"


class ForeignEvidence(NotAllowed):
    """The assessment rests on evidence that is not this case's; no form offers such a piece."""

    code = "foreign_evidence"


class BadAssessment(Invalid):
    """The verdict, type, confidence or reason is not on the form's scale."""

    code = "bad_assessment"


class BadEvidence(Invalid):
    """The address is none, or the quote is empty or too long."""

    code = "bad_evidence"


class BadPost(Invalid):
    """The contribution or the reason is empty or too long."""

    code = "bad_post"


class BadSighting(Invalid):
    """The place, day, address or number of a sighting is none; `field` says which."""

    code = "bad_sighting"


class BadSuggestion(Invalid):
    """The suggested part, its text or its reason is none; `field` says which."""

    code = "bad_suggestion"


class NoSuchPost(NotFound):
    """This case has no such contribution, or nothing can be done about it."""

    code = "no_such_post"


class NoSuchSuggestion(NotFound):
    """This case has no such suggestion, or it was decided already."""

    code = "no_such_suggestion"


class NoSuchExport(NotFound):
    """There is no public file of this name, or not any more."""

    code = "no_such_export"


class BlindFirst(NotAllowed):
    """Whoever has not judged the case yet neither reads nor answers what others think of it."""

    code = "blind_first"


class IncompleteCounterNarrative(Invalid):
    """A required part is empty; `field` says which."""

    code = "incomplete_counter_narrative"


class MayNotDraft(NotAllowed):
    """This volunteer may not write the counter-narrative now; `reason` says why (rules.drafting)."""

    code = "may_not_draft"


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


class AuthorRecused(NotAllowed):
    """Whoever wrote this version may not judge the case any more, so it can be signed by nobody."""

    code = "author_recused"


class ForeignOrganisation(NotAllowed):
    """The actor speaks for an organisation that is not their own."""

    code = "foreign_organisation"


class OwnSignature(NotAllowed):
    """Nobody answers an objection to a verdict that they signed, nor decides what they asked for themselves."""

    code = "own_signature"


class NotNamed(NotAllowed):
    """Only an agency of which the claim speaks publishes a statement beside the verdict."""

    code = "not_named"


class KnownEvidence(Invalid):
    """The case has this quote from this page already; `evidence_id` says where."""

    code = "known_evidence"


class ReasonMissing(Invalid):
    """The public record needs the reason in a full sentence; `field` says where, `shortest` how many characters."""

    code = "reason_missing"


class BadAppeal(Invalid):
    """The standing, the subject or the reason is not one of those on the form; `field` says which."""

    code = "bad_appeal"


class NoSuchAppeal(NotFound):
    """There is no appeal, flag or doubt with this number or private link."""

    code = "no_such_appeal"


class AlreadyDecided(Conflict):
    """Somebody else has decided this in the meantime, or it is being decided."""

    code = "already_decided"


class NoSuchSubscription(NotFound):
    """Nobody waits for news under this word: it was ended, forgotten or never was."""

    code = "no_such_subscription"


class TooManySubscriptions(Conflict):
    """`limit` addresses wait for news of this report already."""

    code = "too_many_subscriptions"


class SignersDiffer(Conflict):
    """Those who sign do not agree on this verdict yet; `state` says what is missing (rules.sign_off)."""

    code = "signers_differ"


class NotAReviewer(NotAllowed):
    """The act needs a role that this person does not have; `roles` lists those that would do."""

    code = "not_a_reviewer"


class EntranceMissing(NotAllowed):
    """The person's level does not open this yet: whoever is new passes the entrance first. `right` names it."""

    code = "entrance_missing"


class JudgingTooFast(NotAllowed):
    """More ballots than this level may file in `window_seconds`; free again after `retry_after_seconds`."""

    code = "judging_too_fast"


class EntranceTooSoon(Conflict):
    """The entrance was not passed a short while ago; the next attempt may begin at `retry_at`."""

    code = "entrance_too_soon"


class NoQuestionsLeft(Unavailable):
    """There are not enough questions for an entrance here."""

    code = "no_questions_left"


class NoSuchQuestion(NotFound):
    """This question is not being asked of this person."""

    code = "no_such_question"
