"""What follows from an event: one idempotent handler a consequence. The worker calls them, at least once each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accounts.letters.writing import SEND_LETTER
from app import alarms, calling, chores, news, pictures
from app.cards import draw_cards, speakers, spoken
from app.documents import HIDDEN, document_of, key_of
from app.encoding import learn
from app.errands import send_letter, send_push
from app.hooks import ask_for_calls
from app.importing import IMPORT, import_some
from app.resetting import WRITE_RESET_LETTER, write_reset_letter
from app.resurfacing import watch_answers
from app.suggesting import MATCHES_SUGGESTED, propose, suggestions_of
from app.wiring import Saring
from app.withdrawing import withdraw_posts
from search import documents
from verification.models import Case, CounterNarrative, FactCheck, Item
from verification.services import concluding, linking
from verification.services.attaching import FORGET_PICTURES, FORGET_UPLOAD, READ_PICTURE
from verification.services.subscribing import FORGET

Handler = Callable[[Saring, Mapping[str, Any]], None]


def index_fact_check(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Make a published or corrected fact-check findable, or a retracted one unfindable."""
    with saring.database.write() as session:
        fact_check = session.get(FactCheck, int(payload["fact_check_id"]))
        now = saring.clock.now()
        if fact_check is None or fact_check.state in HIDDEN:
            documents.remove(session, key_of(int(payload["fact_check_id"])), now=now)
        else:
            documents.put(session, document_of(fact_check), now=now)
    learn(saring)


def learn_texts(saring: Saring, _payload: Mapping[str, Any]) -> None:
    """Learn what is left to learn. No event says that another model was set, and that every text lacks its vector."""
    learn(saring)


def suggest_matches(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Propose to the reviewers of a new case the fact-checks that may answer it."""
    with saring.database.read() as session:
        item = session.get(Item, int(payload["item_id"]))
    if item is not None:
        found = saring.search.search(item.text, limit=MATCHES_SUGGESTED)
        propose(saring, item_id=item.id, suggestions=suggestions_of(found.hits))


def draw_share_cards(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Draw the cards of a version that waits for approval, so that who approves sees what will be shown."""
    now = saring.clock.now()
    with saring.database.write() as session:
        narrative = session.get(CounterNarrative, int(payload["subject_id"]))
        if narrative is not None:
            case = session.get_one(Case, narrative.case_id)
            for speaker in speakers(session, narrative):
                draw_cards(
                    saring,
                    session,
                    place=case,
                    narrative=narrative,
                    speaker=speaker,
                    languages=spoken(session, narrative, speaker),
                    now=now,
                )


def conclude_ring(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Conclude anew every open case on which accounts voted that count as one voter now, or do so no longer."""
    with saring.database.read() as session:
        cases = linking.open_cases_of_ring(session, ring_id=int(payload["subject_id"]))
    for public_id in cases:
        with saring.database.write() as session:
            concluding.conclude_again(session, public_id=public_id, now=saring.clock.now())


HANDLERS: dict[str, Handler] = {
    "conclude_ring": conclude_ring,
    "draw_share_cards": draw_share_cards,
    "index_fact_check": index_fact_check,
    "learn_texts": learn_texts,
    "suggest_matches": suggest_matches,
    "withdraw_posts": withdraw_posts,
    "refresh_priority": chores.refresh_priority,
    "refresh_priorities": chores.refresh_priorities,
    "archive_evidence": chores.archive_evidence,
    "rank_narratives": chores.rank_narratives,
    "publish_votes": chores.publish_votes,
    IMPORT: import_some,
    "tell_subscribers": news.tell_subscribers,
    "tell_new_subscriber": news.tell_new_subscriber,
    FORGET: news.forget_subscription,
    SEND_LETTER: send_letter,
    WRITE_RESET_LETTER: write_reset_letter,
    news.SEND_PUSH: send_push,
    READ_PICTURE: pictures.read_picture,
    FORGET_UPLOAD: pictures.forget_upload,
    FORGET_PICTURES: pictures.forget_pictures,
    "suggest_by_picture": pictures.suggest_by_picture,
    "watch_answers": watch_answers,
    "warn_of_vanished_post": alarms.post_vanished,
    "warn_of_held_correction": alarms.correction_held,
    "warn_of_lost_access": alarms.access_lost,
    "warn_of_overdue_appeal": alarms.appeal_overdue,
    "escalate_appeals": chores.escalate_appeals,
    "tell_pace_answered": alarms.pace_answered,
    "ask_for_calls": ask_for_calls,
    "write_of_suspension": calling.account_shut,
    "write_of_objection": calling.objected,
    "write_answer_to_objection": calling.objection_answered,
}

ERRANDS = frozenset({SEND_LETTER, news.SEND_PUSH, "archive_evidence", "ask_for_calls"})
"""Handlers that wait for servers of others; they get a thread of their own, so that no answer waits behind them."""

READING = frozenset({READ_PICTURE})
"""Handlers that read pictures, seconds each; they get a thread of their own too."""

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "accounts_linked": ("conclude_ring",),
    "voting_ring_decided": ("conclude_ring",),
    "counter_narrative_submitted": ("draw_share_cards",),
    "report_received": ("suggest_matches", "refresh_priority", "watch_answers"),
    "fact_check_published": ("index_fact_check", "tell_subscribers"),
    "correction_published": ("index_fact_check", "tell_subscribers"),
    "fact_check_retracted": ("index_fact_check", "withdraw_posts", "tell_subscribers"),
    "correction_opened": ("index_fact_check",),
    "correction_dismissed": ("index_fact_check",),
    "further_correction_dismissed": ("index_fact_check",),
    "case_reopened": ("index_fact_check",),
    "demand_counted": ("watch_answers",),
    "picture_looked_at": ("suggest_by_picture",),
    "matches_suggested": ("refresh_priority",),
    "review_opened": ("refresh_priority",),
    "assessment_filed": ("refresh_priority",),
    "sighting_added": ("refresh_priority",),
    "evidence_added": ("archive_evidence",),
    "match_confirmed": ("tell_subscribers", "watch_answers"),
    "case_declined": ("tell_subscribers",),
    "post_vanished": ("warn_of_vanished_post",),
    "correction_held": ("warn_of_held_correction",),
    "account_connected": ("ask_for_calls",),
    "account_reconnected": ("ask_for_calls",),
    "account_lost_access": ("warn_of_lost_access",),
    "appeal_overdue": ("warn_of_overdue_appeal",),
    "person_suspended": ("write_of_suspension",),
    "suspension_objected": ("write_of_objection",),
    "suspension_objection_answered": ("write_answer_to_objection",),
    "pace_objection_answered": ("tell_pace_answered",),
    "subscription_confirmed": ("tell_new_subscriber",),
}
"""Which handlers an event wakes. The events themselves know nothing of it."""
