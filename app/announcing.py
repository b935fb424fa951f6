"""From a counter-narrative to the posts that announce it: shown before approval, frozen in the transaction of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from app.cards import draw_cards, kept_cards, spoken
from app.i18n import LANGUAGES, in_language
from app.i18n import gettext as _
from app.plans import Place, Plan
from app.presenters.verdicts import verdict_view
from app.wiring import Saring
from publishing.approval import ApprovedContent, Card, approve
from publishing.compose import Wording
from publishing.connecting import accounts_of
from publishing.corrections import correct, foresee
from publishing.drafting import prepare, require_signed, with_choices
from publishing.errors import DraftChanged, OtherOrganisation
from publishing.models import Publication
from verification.models import Case, CounterNarrative, FactCheck, FactCheckRevision
from verification.rules.myth import tells_myth
from verification.services.signing import slug_of
from verification.services.writing import speaks_for

HOUSE_ZONE = "Asia/Jakarta"
"""The clock of what people without an organisation sign."""


def announce(
    saring: Saring,
    session: Session,
    *,
    fact_check: FactCheck,
    narrative: CounterNarrative,
    now: datetime,
    seen: str | None = None,
) -> list[Publication]:
    """Freeze the posts of an approved version: one on each chosen account of the author's organisation.

    A later revision is carried to where the earlier one went, as a correction, and is never a second plain post. An
    author without an organisation speaks for the site alone: the page and its feed are the publication then, and posts
    of an earlier revision are left to the organisation that made them, as a decision on its board. `seen` is the hash
    of what the approver had before them; None is a caller that showed nothing to anybody.

    Raises OtherOrganisation, DraftChanged, DraftEdited, and as `publishing.approval.approve`.
    """
    place = place_of(fact_check, changed=_changed(session, fact_check))
    speaker = narrative.organisation_id
    before = kept_cards(saring, session, narrative=narrative, speaker=speaker)
    languages = spoken(session, narrative, speaker)
    drawn = draw_cards(saring, session, place=place, narrative=narrative, speaker=speaker, languages=languages, now=now)
    # Who approved saw only what was drawn before; a card made in this moment serves the page, and no post.
    cards = drawn if seen is None else before
    plan = _plan(saring, session, place=place, narrative=narrative, cards=cards, speaker=speaker, now=now)
    if narrative.approver_id is None:
        return []
    if plan.organisation is None:
        return _left_to_owners(saring, session, narrative, plan.content, now=now) if place.revision > 1 else []
    approver, speaks = session.get_one(Person, narrative.approver_id), bool(plan.posts or plan.corrections)
    if speaks and approver.organisation_id != plan.organisation.id:
        raise OtherOrganisation(organisation_id=plan.organisation.id)
    if seen is not None and seen != plan.seen:
        raise DraftChanged
    if not speaks:
        return []
    author_id, approver_id = narrative.author_id, narrative.approver_id
    if place.revision > 1:
        corrected = correct(
            session,
            content=plan.content,
            channels=saring.channels,
            author_id=author_id,
            approver_id=approver_id,
            time_zone=plan.organisation.time_zone,
            now=now,
            organisation_id=plan.organisation.id,
        )
        return list(corrected.rows)
    require_signed(plan.posts, approver_id=approver_id)
    return approve(
        session,
        content=with_choices(plan.content, plan.posts),
        accounts=[post.account for post in plan.posts if post.included],
        channels=saring.channels,
        author_id=author_id,
        approver_id=approver_id,
        now=now,
    )


def plan_for(
    saring: Saring,
    session: Session,
    *,
    case: Case,
    narrative: CounterNarrative,
    fact_check: FactCheck | None,
    approver_organisation_id: int | None,
    now: datetime,
) -> Plan:
    """Return what the approval of a version that waits would do at this moment, by somebody of that organisation."""
    changed = fact_check is not None and fact_check.verdict != narrative.verdict
    place = Place(
        number=fact_check.id if fact_check else 0,
        revision=(fact_check.revision if fact_check else 0) + 1,
        public_id=case.public_id,
        slug=slug_of(narrative.title),
        changed=changed,
    )
    speaker = speaks_for(narrative, approver_organisation_id=approver_organisation_id)
    cards = kept_cards(saring, session, narrative=narrative, speaker=speaker)
    return _plan(saring, session, place=place, narrative=narrative, cards=cards, speaker=speaker, now=now)


def announce_withdrawal(
    saring: Saring,
    session: Session,
    *,
    fact_check: FactCheck,
    narrative: CounterNarrative,
    reason: str,
    asked_by: int,
    approved_by: int,
    now: datetime,
) -> list[Publication]:
    """Take back everywhere what was posted of a fact-check that two people withdrew; `reason` is read by the public.

    `narrative` is the version that was public; its cards are no longer shown.
    """
    organisation = session.get(Organisation, narrative.organisation_id or 0)
    content = content_of(saring, place_of(fact_check), narrative, change=reason)
    return list(
        correct(
            session,
            content=content,
            channels=saring.channels,
            author_id=asked_by,
            approver_id=approved_by,
            time_zone=organisation.time_zone if organisation else HOUSE_ZONE,
            now=now,
            organisation_id=organisation.id if organisation else None,
            retracted=True,
        ).rows
    )


def place_of(fact_check: FactCheck, *, changed: bool = True) -> Place:
    """Return where a fact-check stands."""
    return Place(fact_check.id, fact_check.revision, fact_check.public_id, fact_check.slug, changed)


def content_of(
    saring: Saring, place: Place, narrative: CounterNarrative, *, cards: Sequence[Card] = (), change: str = ""
) -> ApprovedContent:
    """Return the counter-narrative as the publishing room takes it, with a wording for each language.

    In a language that it is not written in, a post gives the verdict and says where the explanation is.
    """
    return ApprovedContent(
        counter_narrative_id=place.number,
        version=place.revision,
        verdict=narrative.verdict,
        url=f"{saring.settings.public_url}/cek/{place.public_id}/{place.slug}",
        wordings={language: _wording(narrative, language, place, change) for language in LANGUAGES},
        cards=cards,
    )


def _plan(
    saring: Saring,
    session: Session,
    *,
    place: Place,
    narrative: CounterNarrative,
    cards: Sequence[Card],
    speaker: int | None,
    now: datetime,
) -> Plan:
    organisation = session.get(Organisation, speaker or 0)
    content = content_of(saring, place, narrative, cards=cards)
    if organisation is None:
        return Plan(None, content, (), ())
    channels = saring.channels
    if place.revision > 1:
        time_zone = organisation.time_zone
        foreseen = foresee(session, content=content, channels=channels, time_zone=time_zone, now=now)
        return Plan(organisation, content, (), tuple(foreseen))
    posts = prepare(
        session,
        content,
        narrative_id=narrative.id,
        accounts=accounts_of(session, organisation.id, connected_only=True),
        language=narrative.language,
        channels=channels,
        repeats=tells_myth,
        now=now,
    )
    return Plan(organisation, content, tuple(posts), ())


def _left_to_owners(
    saring: Saring, session: Session, narrative: CounterNarrative, content: ApprovedContent, *, now: datetime
) -> list[Publication]:
    corrected = correct(
        session,
        content=content,
        channels=saring.channels,
        author_id=narrative.author_id,
        approver_id=narrative.approver_id or 0,
        time_zone=HOUSE_ZONE,
        now=now,
        organisation_id=None,
    )
    return list(corrected.rows)


def _wording(narrative: CounterNarrative, language: str, place: Place, change: str) -> Wording:
    with in_language(language):
        word = verdict_view(narrative.verdict).word
        if not change and place.revision > 1:
            change = (
                _("The verdict is now %(verdict)s.", verdict=word)
                if place.changed
                else _("The verdict stays %(verdict)s; the explanation was mended.", verdict=word)
            )
        if language == narrative.language:
            return Wording(
                verdict=word,
                title=narrative.title,
                fact=narrative.fact,
                claim=narrative.circulated,
                why=narrative.why_misleading,
                action=narrative.what_to_do,
                change=change,
            )
        fact = _("The explanation is in another language: “%(title)s”.", title=narrative.title)
        return Wording(verdict=word, title=narrative.title, fact=fact, claim="", change=change)


def _changed(session: Session, fact_check: FactCheck) -> bool:
    """Return whether the verdict is another one than that of the revision before."""
    before = session.scalar(
        select(FactCheckRevision.content)
        .where(FactCheckRevision.fact_check_id == fact_check.id, FactCheckRevision.revision < fact_check.revision)
        .order_by(FactCheckRevision.revision.desc())
        .limit(1)
    )
    return before is None or before.get("verdict") != fact_check.verdict
