"""A case: what circulates, what is known, evidence, and each person's own blind assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.roles import REVIEWERS
from app.access import current, requires
from app.carrying import carry_out
from app.errors import sentence_for
from app.forms.desk import (
    AssessmentForm,
    CsrfForm,
    DecisionForm,
    EvidenceForm,
    NarrativeForm,
    OpenReviewForm,
    OpinionForm,
    offered_warning,
)
from app.i18n import DEFAULT, LANGUAGES, in_language
from app.presenters.desk import case_page, shown_quote
from app.presenters.queue import shorten
from app.presenters.sign_off import SignOffView, sign_off_view
from app.presenters.wording import no_draft_word
from app.showing import case_pictures
from app.web.desk import DESK
from app.wiring import Saring
from kernel.outbox import Actor
from verification.errors import OwnOrganisation
from verification.models import CounterNarrative
from verification.queries.desk import Dossier
from verification.queries.hidden import dossier
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import MisinfoType, Veracity
from verification.services import assessing, examining, gathering, leasing, matching, opining, pretending
from verification.services.conflicts import conflicts_of
from verification.services.writing import PARTS, draft_refusal


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages on which a case is judged."""
    blueprint = Blueprint("cases", __name__, url_prefix="/meja/kasus")

    @blueprint.get("/<public_id>")
    @requires(*DESK)
    def show(public_id: str) -> str:
        return show_case(saring, public_id)

    @blueprint.post("/<public_id>/buka")
    @requires(*DESK)
    def open_review(public_id: str) -> Response | tuple[str, int]:
        form = OpenReviewForm()

        def act(session: Any) -> None:
            assessing.open_review(
                session, public_id=public_id, claim=form.claim.data, now=saring.clock.now(), **acting()
            )

        return carry_out_on_case(saring, public_id, form, act, form_name="open_form")

    @blueprint.post("/<public_id>/bukti")
    @requires(*DESK)
    def add_evidence(public_id: str) -> Response | tuple[str, int]:
        form = EvidenceForm()

        def act(session: Any) -> None:
            who, now = actor(), saring.clock.now()
            step: dict[str, Any] = {"public_id": public_id, "source": form.to_source(), "actor": who, "now": now}
            if not examining.add_evidence(session, **step):
                gathering.add_evidence(session, **step)

        return carry_out_on_case(saring, public_id, form, act, form_name="evidence_form")

    @blueprint.post("/<public_id>/bukti/<int:evidence_id>/<any(setuju, bantah):word>")
    @requires(*DESK)
    def state_opinion(public_id: str, evidence_id: int, word: str) -> Response:
        about = {"public_id": public_id, "evidence_id": evidence_id, "agrees": word == "setuju"}
        step: dict[str, Any] = {**about, "actor": actor(), "now": saring.clock.now()}
        with saring.database.write() as session:
            if not examining.state_opinion(session, **step):
                gathering.state_opinion(session, **step)
        return redirect(url_for("cases.show", public_id=public_id, _anchor="evidence"), code=303)

    @blueprint.post("/<public_id>/penilaian")
    @requires(*DESK)
    def assess(public_id: str) -> Response | tuple[str, int]:
        found = _read(saring, public_id)
        form = AssessmentForm(evidence=_evidence_choices(found))

        def act(session: Any) -> None:
            # Only the form that says so replaces an assessment; what is sent twice otherwise is refused.
            step = change_mind if request.form.get("instead") else file_blind
            step(session, public_id=public_id, ballot=_ballot(form), actor=actor(), now=saring.clock.now())

        return carry_out_on_case(saring, public_id, form, act, form_name="assessment_form")

    @blueprint.post("/<public_id>/kaitan/<int:link_id>/<any(terima, tolak):word>")
    @requires(*DESK)
    def decide_link(public_id: str, link_id: int, word: str) -> Response:
        now, who = saring.clock.now(), acting()
        with saring.database.write() as session:
            if word == "terima":
                matching.confirm_link(session, public_id=public_id, link_id=link_id, now=now, **who)
            else:
                matching.reject_link(session, public_id=public_id, link_id=link_id, actor=who["actor"], now=now)
        return redirect(url_for("cases.show", public_id=public_id), code=303)

    return blueprint


def show_case(saring: Saring, public_id: str, **forms: FlaskForm) -> str:
    """Render the page of a case; `forms` holds the one that came back with errors."""
    found, person = _read(saring, public_id), current()
    aside = _aside(saring, found)
    sign_off = _sign_off(saring, found, fair=not aside)
    if sign_off is not None and sign_off.may_say and found.own is None:
        # Whoever signs says their own verdict before they see where others lean.
        found = replace(found, others=(), decision=None)
    why_no_text = _why_no_text(saring, found)
    page = case_page(found, roles=person.roles, person_id=person.person_id, aside=aside, why_no_text=why_no_text)
    fresh = {
        "form": CsrfForm(),
        "open_form": OpenReviewForm(formdata=None, claim=found.case.claim),
        "evidence_form": EvidenceForm(formdata=None),
        "assessment_form": AssessmentForm(formdata=None, evidence=_evidence_choices(found), **_own(found)),
        "narrative_form": NarrativeForm(formdata=None, **_latest_draft(found)),
        "decision_form": DecisionForm(formdata=None),
        "opinion_form": OpinionForm(formdata=None),
        "sign_off": sign_off,
        "pictures": case_pictures(saring, found.case),
    }
    return render_template("cases/show.html", page=page, **{**fresh, **forms})


def carry_out_on_case(
    saring: Saring, public_id: str, form: FlaskForm, act: Any, *, form_name: str
) -> Response | tuple[str, int]:
    """Validate the form and act in one transaction; on bad input show the page again with what was typed."""
    onward = url_for("cases.show", public_id=public_id)
    return carry_out(saring, form, act, onward=onward, again=lambda: show_case(saring, public_id, **{form_name: form}))


def file_blind(session: Any, *, public_id: str, ballot: assessing.Ballot, actor: Actor, now: datetime) -> None:
    """File a first assessment: on a case that the actor holds while they judge, and not any longer."""
    if examining.answer(session, public_id=public_id, ballot=ballot, actor=actor, now=now):
        return
    leasing.hold_case(session, public_id=public_id, actor=actor, now=now)
    assessing.file_assessment(session, public_id=public_id, ballot=ballot, actor=actor, now=now)
    leasing.let_go(session, public_id=public_id, actor=actor)


def change_mind(session: Any, **said: Any) -> None:
    """Replace an assessment by another; `said` as `assessing.change_assessment` takes it."""
    if not pretending.change_answer(session, **said):
        assessing.change_assessment(session, **said)


def actor() -> Actor:
    """Return who acts, in the role in which the view let them in."""
    return current().actor(g.acting_role)


def acting() -> dict[str, Any]:
    """Return the actor and the lifecycle's name for the role, as services take them."""
    return {"actor": actor(), "mover": Mover(g.acting_role.value)}


def _read(saring: Saring, public_id: str) -> Dossier:
    with saring.database.read() as session:
        return dossier(session, public_id=public_id, person_id=current().person_id, now=saring.clock.now())


def _aside(saring: Saring, found: Dossier) -> str:
    """Return why the reader's organisation steps aside from this case, or nothing."""
    with saring.database.read() as session:
        person = session.get_one(Person, current().person_id)
        ties = conflicts_of(session, case=found.case, person=person)
    return sentence_for(OwnOrganisation()) if any(tie.organisation_id for tie in ties) else ""


def _why_no_text(saring: Saring, found: Dossier) -> str:
    """Return why the reader, as a volunteer, may not write the counter-narrative; nothing for those who sign."""
    person = current()
    if person.roles & REVIEWERS:
        return ""
    with saring.database.read() as session:
        refused = draft_refusal(session, case=found.case, person_id=person.person_id, now=saring.clock.now())
    return no_draft_word(refused) if refused else ""


def _sign_off(saring: Saring, found: Dossier, *, fair: bool) -> SignOffView | None:
    """Return where the sign-off stands, for those who may sign; None for others and before the review is open."""
    person, state = current(), CaseState(found.case.state)
    open_now = state in opining.SIGNABLE and not found.i_reported and fair
    if not person.roles & REVIEWERS or state in (CaseState.RECEIVED, CaseState.TRIAGE):
        return None
    with saring.database.read() as session:
        opinions = opining.opinions_of(session, case=found.case)
        settled = opining.sign_off(session, case=found.case)
        names = opining.names_of(session, opinions)
    return sign_off_view(opinions, settled, names=names, person_id=person.person_id, open_now=open_now)


def _evidence_choices(found: Dossier) -> list[tuple[int, str]]:
    return [(row.evidence.id, shorten(shown_quote(row.evidence, found.flagged))) for row in found.evidence]


def _own(found: Dossier) -> dict[str, Any]:
    own = found.own
    if own is None:
        return {}
    return {
        "verdict": own.verdict,
        "misinfo_type": own.misinfo_type or "",
        "confidence": str(own.confidence),
        "evidence_ids": own.evidence_ids,
        "reason": own.reason,
    }


def _latest_draft(found: Dossier) -> dict[str, Any]:
    if not found.narratives:
        circulated = found.items[0].text if found.items else ""
        verdict = found.decision.verdict if found.decision else None
        language = found.case.language if found.case.language in LANGUAGES else DEFAULT
        with in_language(language):
            offered = {"warning": offered_warning(), "circulated": found.case.claim or circulated}
        return {**offered, "language": found.case.language, "verdict": verdict}
    latest: CounterNarrative = found.narratives[0]
    values = {part: getattr(latest, part) for part in (*PARTS, "verdict", "language")}
    return {**values, "misinfo_type": latest.misinfo_type or "", "sources": [*latest.sources, {}]}


def _ballot(form: AssessmentForm) -> assessing.Ballot:
    kind = form.misinfo_type.data
    return assessing.Ballot(
        verdict=Veracity(form.verdict.data),
        misinfo_type=MisinfoType(kind) if kind else None,
        confidence=int(form.confidence.data),
        reason=form.reason.data,
        evidence_ids=tuple(form.evidence_ids.data),
    )
