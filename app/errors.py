"""Where an error becomes a status and a sentence in the reader's language. No other place does."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response

from accounts.errors import SecondFactorMissing
from app.access import confirm_first
from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.long_work import debunk_file_word
from app.presenters.publishing import bad_link_word, draft_problem_word, moved_on_word
from app.presenters.wording import no_draft_word
from app.presenters.words import crowded_word, pace_word
from app.refusals import note_refusal
from kernel.errors import Conflict, Invalid, NotAllowed, NotFound, SaringError, Unavailable
from verification.errors import EntranceMissing, JudgingTooFast
from verification.rules.drafting import NoDraft
from verification.rules.sign_off import SignOffState

STATUS: tuple[tuple[type[SaringError], int], ...] = (
    (JudgingTooFast, 429),
    (Invalid, 422),
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Unavailable, 503),
)

ONWARD: dict[type[SaringError], str] = {EntranceMissing: "course.index", JudgingTooFast: "holds.pace"}
"""Where somebody who was refused goes on: to what is missing, or to where they object."""

RETRY_AFTER_SECONDS = 30
"""What a page says when the database does not answer."""

Sentence = Callable[..., str]

SENTENCES: dict[str, Sentence] = {
    "intake_empty": lambda **_f: _("Paste or type the message you want to check."),
    "intake_too_long": lambda limit=20_000, **_f: _(
        "This message is too long. Send at most %(limit)s characters, for example the part that makes the claim.",
        limit=limit,
    ),
    "intake_control_characters": lambda **_f: _(
        "The message holds invisible control characters. Copy it as plain text."
    ),
    "intake_bad_url": lambda **_f: _("This is not a web address. It should begin with https://."),
    "intake_link_refused": lambda **_f: _("Saring does not open this link, because it does not lead to a public page."),
    "intake_link_unreachable": lambda **_f: _("The linked page did not answer. Paste its text instead."),
    "intake_bad_debunk_file": lambda reason="broken", **_f: debunk_file_word(reason),
    "intake_bad_image": lambda **_f: _("This picture cannot be used. Send a JPEG, PNG or WebP of at most 10 MB."),
    "intake_ocr_unavailable": lambda **_f: _("Words in pictures cannot be read here. Type them in, please."),
    "intake_media_unavailable": lambda **_f: _("Pictures cannot be taken in right now. Paste the text instead."),
    "intake_too_many_pictures": lambda limit=4, **_f: _("Send at most %(limit)s pictures at once.", limit=limit),
    "intake_pictures_too_large": lambda **_f: _(
        "These pictures are too large together. Send fewer of them, or one after the other."
    ),
    "no_such_upload": lambda **_f: _(
        "These pictures are not here any more. What nobody reports is deleted after a day. Please send them again."
    ),
    "bad_cluster_change": lambda **_f: _(
        "That does not work: choose another case or other messages, and say why in a few words."
    ),
    "bad_fact_check_link": lambda **_f: _(
        "There is no public fact-check at this address, or it is among the proposals already."
    ),
    "merged_away": lambda **_f: _("This case was joined with another one. Work on that one instead."),
    "bad_email": lambda **_f: _("This is not an e-mail address. Example: name@example.org."),
    "email_taken": lambda **_f: _("There is already an account with this e-mail address. Sign in instead."),
    "bad_name": lambda **_f: _("Write the name with letters only, at most 120 of them."),
    "bad_alias": lambda **_f: _("Use 3 to 30 small letters, digits or hyphens, without spaces."),
    "alias_taken": lambda **_f: _("Somebody else uses this public name already. Choose another one."),
    "already_member": lambda **_f: _("This person has an account already. Give them the role on their page."),
    "last_admin": lambda **_f: _("This is the last administrator. Appoint another one first."),
    "own_account": lambda **_f: _("Nobody changes their own rights. Ask another administrator to do it."),
    "no_such_person": lambda **_f: _("There is no account with this number."),
    "no_such_organisation": lambda **_f: _("There is no such organisation."),
    "weak_password": lambda minimum=12, **_f: _(
        "Choose a longer or less common password: at least %(minimum)s characters. Four random words are good.",
        minimum=minimum,
    ),
    "wrong_credentials": lambda **_f: _("The e-mail address or the password is not right."),
    "account_suspended": lambda reason="", **_f: _("This account is suspended. Reason: %(reason)s", reason=reason),
    "no_such_suspension": lambda **_f: _("This link leads nowhere. Check that you copied all of it."),
    "bad_words": lambda limit=4_000, **_f: _("Write something, and at most %(limit)s characters.", limit=limit),
    "objected_before": lambda **_f: _("You have objected already. The answer comes to you."),
    "no_objection": lambda **_f: _("Nobody has objected to this suspension."),
    "already_answered": lambda **_f: _("This was answered in the meantime. Reload the page to see how it stands."),
    "own_suspension": lambda **_f: _("You suspended this account. Another administrator answers the objection."),
    "wrong_code": lambda **_f: _("The code is not right or was used already. Wait for the next one."),
    "already_enrolled": lambda **_f: _("You have a second factor already. Remove it on your account page first."),
    "second_factor_missing": lambda **_f: _("Confirm with your second factor first; a confirmation holds 10 minutes."),
    "invitation_spent": lambda **_f: _("This invitation was used already or has expired. Ask for a new one."),
    "reset_spent": lambda **_f: _("This link was used already or has expired. Ask for a new one on the sign-in page."),
    "organisation_exists": lambda **_f: _("An organisation with this short name exists."),
    "bad_organisation": lambda **_f: _("Check this field: it is not a value that Saring knows."),
    "no_such_case": lambda **_f: _("There is no case with this number."),
    "no_such_fact_check": lambda **_f: _("There is no fact-check at this address."),
    "no_such_report": lambda **_f: _("This tracking link leads nowhere. Check that you copied all of it."),
    "wrong_state": lambda **_f: _("The case has moved on in the meantime. Look at it again before you act."),
    "case_taken": lambda **_f: _("Somebody else is working on this case right now."),
    "nothing_waits": lambda **_f: _("Nothing is waiting for you right now. Come back later."),
    "must_draw": lambda **_f: _(
        "You have chosen several cases yourself. Take one by lot first: half of all assessments are given out by "
        "chance, so that nobody can pick what they judge."
    ),
    "no_such_colleague": lambda *, judged=False, **_f: (
        _("This person has assessed the case already. Hand it to somebody else.")
        if judged
        else _("Nobody of this public name works at the desk. Check the spelling.")
    ),
    "already_assessed": lambda **_f: _("You have assessed this case already. You can change your assessment."),
    "evidence_missing": lambda **_f: _("Choose at least one piece of evidence that your assessment rests on."),
    "foreign_evidence": lambda **_f: _("This evidence is not on this case. Choose from what stands on its page."),
    "bad_assessment": lambda **facts: _ballot_sentence(**facts),
    "bad_evidence": lambda **_f: _("Give a web address that begins with https:// and a quote from that page."),
    "incomplete_counter_narrative": lambda **_f: _("Fill in this part; a second person can only approve it whole."),
    "bad_post": lambda shortest=1, longest=4_000, **_f: _(
        "Write between %(shortest)s and %(longest)s characters.", shortest=shortest, longest=longest
    ),
    "bad_sighting": lambda **_f: _("Check this field: a place, a day that has come, a web address, a whole number."),
    "bad_suggestion": lambda **_f: _("Choose a part, write another wording for it, and say why it is better."),
    "no_such_post": lambda **_f: _("There is no such contribution, or it was hidden already."),
    "no_such_suggestion": lambda **_f: _("There is no such suggestion, or somebody has decided on it already."),
    "no_such_export": lambda **_f: _("There is no such file, or a newer one has taken its place."),
    "blind_first": lambda **_f: _("File your own assessment first; then you can read and answer the others."),
    "may_not_draft": lambda reason=NoDraft.CLOSED, **_f: no_draft_word(NoDraft(reason)),
    "own_report": lambda **_f: _("You reported this message yourself, so somebody else has to judge it."),
    "own_evidence": lambda **_f: _("You added this evidence yourself; others say what they think of it."),
    "own_work": lambda **_f: _("You wrote this yourself, so somebody else has to approve it."),
    "signers_differ": lambda state="", **_f: (
        _("Two people have to sign, and so far it is you alone. Save your verdict; then somebody else approves.")
        if state == SignOffState.NEEDS_SECOND
        else _("Those who sign do not agree on this verdict yet. A third person has to decide.")
    ),
    "own_organisation": lambda **_f: _("This claim speaks of your organisation, so another one has to judge it."),
    "author_recused": lambda **_f: _(
        "Whoever wrote this version may not judge this case any more. Somebody else has to write it anew."
    ),
    "foreign_organisation": lambda **_f: _("You do not belong to this organisation, so you cannot speak for it."),
    "own_signature": lambda **_f: _("You signed this or asked for it yourself, so somebody else has to decide."),
    "not_named": lambda **_f: _("Only an agency of which the claim speaks can publish a statement here."),
    "known_evidence": lambda **_f: _("This quote from this page is on the case already. Bring something new."),
    "reason_missing": lambda shortest=20, **_f: ngettext(
        "Give the reason in at least %(num)s character; it will be read by the public.",
        "Give the reason in at least %(num)s characters; it will be read by the public.",
        shortest,
    ),
    "bad_appeal": lambda **_f: _("Choose one of the offered answers."),
    "no_such_appeal": lambda **_f: _("There is nothing at this address, or it was decided already."),
    "already_decided": lambda **_f: _("Somebody else was first, or is at it right now. Look at it again."),
    "not_a_reviewer": lambda **_f: _("Your role does not allow this step."),
    "entrance_missing": lambda **_f: _(
        "Finish the short course first: five practice questions, then your vote counts."
    ),
    "judging_too_fast": lambda **facts: pace_word(**facts),
    "entrance_too_soon": lambda **_f: _("A new attempt with other questions opens a day after the last one."),
    "no_questions_left": lambda **_f: _("There are not enough practice questions here. Tell an administrator."),
    "no_such_question": lambda **_f: _("This question is not part of your course."),
    "channel_account_exists": lambda **_f: _("Somebody else has just connected this account."),
    "encoder_busy": lambda **_f: _("Many people are searching right now. Please try again in a moment."),
    "model_missing": lambda **_f: _("The search is still starting up. Please try again in a moment."),
    "not_better": lambda **_f: _("What was learned is no better than what serves now; nothing was changed."),
    "too_few_links": lambda **_f: _("There are too few confirmed links to learn from yet."),
    "under_floor": lambda **_f: _("Some figures are under their floors."),
    "unreadable_floors": lambda **_f: _("This file of floors cannot be read, or names a figure that there is not."),
    "unreadable_collection": lambda **_f: _("This file cannot be read: it lacks a field or is not JSON lines."),
    "same_person": lambda **_f: _("This takes two people. Somebody else has to do the second step."),
    "draft_rejected": lambda problems=(), **_f: (
        " ".join(draft_problem_word(code) for code in problems)
        or _("This post cannot go out as it is. Look at it again.")
    ),
    "language_missing": lambda **_f: _("There is no text in the language of this account."),
    "account_not_ready": lambda **_f: _("An official account is not connected. Connect it again first."),
    "no_such_channel_account": lambda **_f: _("Your organisation has no such account."),
    "channel_account_refused": lambda reason="", **_f: _(
        "The network did not accept this, or did not answer. It said: %(reason)s", reason=reason
    ),
    "already_published": lambda **_f: _("This version was already approved for this account."),
    "no_such_publication": lambda **_f: _("Your organisation has no such publication."),
    "publication_moved_on": lambda **facts: moved_on_word(**facts),
    "bad_post_link": lambda **facts: bad_link_word(**facts),
    "already_frozen": lambda **_f: _("Publishing is stopped already."),
    "not_your_switch": lambda **_f: _("You cannot stop or release publishing for others."),
    "no_organisation": lambda **_f: _("You work for no organisation yet. An administrator can change that."),
    "other_organisation": lambda **_f: _("The posts speak for an organisation, so one of its people has to approve."),
    "draft_edited": lambda **_f: _("You wrote part of these posts yourself, so somebody else has to approve them."),
    "draft_changed": lambda **_f: _("The posts have changed since you read them. Read them again before you approve."),
    "nothing_pending": lambda **_f: _("This took too long or was finished already. Start connecting again."),
    "no_oauth_app": lambda **_f: _("Saring is not registered at this network yet. The operator has to do it first."),
    "not_frozen": lambda **_f: _("Publishing is not stopped, or somebody has let it go on in the meantime."),
    "oauth_state_mismatch": lambda **_f: _(
        "The network's answer came too late or is not ours. Start connecting again."
    ),
    "no_such_reply": lambda **_f: _("Your organisation has no such reply in its inbox."),
    "unknown_local_time": lambda **_f: _("There is no such time on that day. Choose another one."),
    "past_moment": lambda **_f: _("That time has passed. Choose one that lies ahead."),
    "cannot_answer": lambda **_f: _("This network lets nobody answer from here. Answer on the network itself."),
    "secrets_unreadable": lambda **_f: _("The keys of this account cannot be opened here. Connect it again."),
    "no_such_subscription": lambda **_f: _("This link has expired, or the news was ended already. Nothing more comes."),
    "too_many_subscriptions": lambda **_f: _("Enough addresses wait for this answer already. Keep the link instead."),
    "too_many_letters": lambda **_f: _(
        "Enough letters were asked for here today. Leave this empty; the link on the next page shows the answer as "
        "well."
    ),
    "bad_push_address": lambda **_f: _("This browser gave no address at which it can be reached."),
    "push_unavailable": lambda **_f: _("The notification service does not answer right now. It is tried again later."),
    "push_refused": lambda **_f: _("The notification service did not accept this notification."),
    "mail_unavailable": lambda **_f: _("The mail server does not answer right now. The letter is sent later."),
    "letter_in_hand": lambda **_f: _("This letter is being sent right now."),
    "key_in_use": lambda **_f: _("This key still seals an account. Rotate the keys first."),
}
"""The sentence of each error code. A test walks every leaf of SaringError and misses none."""


def _ballot_sentence(shortest: int = 0, **_f: object) -> str:
    if shortest:
        return ngettext(
            "Give your reason in at least %(num)s character.",
            "Give your reason in at least %(num)s characters.",
            shortest,
        )
    return _("Choose one of the offered answers.")


def sentence_for(error: SaringError) -> str:
    """Return what went wrong, in the language of the request."""
    sentence = SENTENCES.get(error.code)
    return sentence(**error.facts) if sentence else _("That did not work. Please try again.")


def status_of(error: SaringError) -> int:
    """Return the HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def attach(form: FlaskForm, error: SaringError) -> None:
    """Put the sentence beside the field it is about, or above the form where it is about none."""
    sentence = sentence_for(error)
    name = error.field if isinstance(error, Invalid) else error.facts.get("field")
    field = form._fields.get(name or "")
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]


def install(app: Flask) -> None:
    """Answer every error with a page that says what to do next."""

    @app.errorhandler(SaringError)
    def said_no(error: SaringError) -> tuple[str, int, dict[str, str]]:
        note_refusal(error)
        wait = error.retry_after_seconds if isinstance(error, Unavailable) else error.facts.get("retry_after_seconds")
        headers = {"Retry-After": str(wait)} if wait else {}
        onward = ONWARD.get(type(error), "")
        return _page(status_of(error), sentence_for(error), onward=onward), status_of(error), headers

    @app.errorhandler(SecondFactorMissing)
    def not_confirmed(_error: SecondFactorMissing) -> Response:
        return confirm_first()

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> tuple[str, int]:
        return _page(400, _("This form was open for too long. Go back, reload the page and send it again.")), 400

    @app.errorhandler(OperationalError)
    def database_down(error: OperationalError) -> tuple[str, int, dict[str, str]]:
        app.logger.warning("database does not answer: %s", error.orig)
        return _page(503, ""), 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
        headers = [(n, v) for n, v in error.get_headers() if n.lower() not in ("content-type", "content-length")]
        sentence = crowded_word(error.retry_after) if isinstance(error, TooManyRequests) else ""
        return _page(error.code or 500, sentence), error.code or 500, headers


def _page(status: int, sentence: str, *, onward: str = "") -> str:
    # The page must stand when little else does: no database, no person, no fragment of another page.
    g.setdefault("signed_in", None)
    bare = request.headers.get("HX-Request") == "true"
    return render_template("errors/error.html", status=status, sentence=sentence, bare=bare, onward=onward)
