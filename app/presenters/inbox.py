"""What the public wrote to the organisation's accounts, and how long it waited for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from app.i18n import gettext as _
from app.presenters.board import duration_word, network_word
from app.presenters.publishing import local_moment
from publishing.channels.interface import Channel
from publishing.inbox import Said
from publishing.models import ReplyState


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply or mention. `may_answer` is off where the network or the post lets nobody answer from here."""

    reply_id: int
    network: str
    handle: str
    author: str
    text: str
    when: str
    url: str
    state: str
    tone: str
    about: str
    about_href: str
    open: bool
    may_answer: bool
    why_not: str


def reply_view(said: Said, *, networks: dict[str, type[Channel]], time_zone: str) -> ReplyView:
    """Return a reply as the inbox shows it."""
    reply, account, post = said.reply, said.account, said.post
    known = networks.get(account.kind)
    able = known is not None and known.capabilities.reply
    tones = {ReplyState.NEW: "orange", ReplyState.ANSWERED: "green", ReplyState.REPORTED: "teal"}
    return ReplyView(
        reply_id=reply.id,
        network=network_word(networks, account.kind),
        handle=account.handle,
        author=reply.author_handle,
        text=reply.text,
        when=local_moment(reply.at, time_zone),
        url=reply.url or "",
        state=reply_word(reply.state),
        tone=tones.get(ReplyState(reply.state), "slate"),
        about=post.payload.get("title", "") if post else "",
        about_href=url_for("publications.show", publication_id=post.id) if post else "",
        open=reply.state in {ReplyState.NEW, ReplyState.HANDLED},
        may_answer=able and post is not None,
        why_not="" if able and post else _("It can only be answered on the network itself."),
    )


def reply_word(state: str) -> str:
    """Return what became of a reply, in a word or two."""
    words = {
        ReplyState.NEW: _("New"),
        ReplyState.ANSWERED: _("Answered"),
        ReplyState.HANDLED: _("Handled"),
        ReplyState.REPORTED: _("Became a report"),
        ReplyState.HIDDEN: _("Hidden"),
    }
    return words[ReplyState(state)]


def waiting_words(wait: timedelta | None) -> str:
    """Return how long people wait for a first answer, or that nobody was answered yet."""
    if wait is None:
        return _("Nobody was answered in the last 30 days.")
    time = duration_word(wait.total_seconds())
    return _("Half of those who were answered in the last 30 days waited less than %(time)s.", time=time)
