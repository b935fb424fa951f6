"""Flask-Login over session rows: the cookie carries a random identifier, the database says what it is worth."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, g, request
from flask import session as browser
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended
from accounts.sessions import (
    SignedIn,
    open_session,
    resume_session,
    revoke_session,
    suspended_holder,
    touch_session,
)
from app.refusals import write_down
from app.wiring import Saring
from kernel.outbox import Actor


class BrowserUser(UserMixin):  # type: ignore[misc]  # the library ships no types
    """What Flask-Login keeps: the identifier of the session row, and who it belongs to."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.token


def install(app: Flask, saring: Saring) -> None:
    """Load the signed-in person of each request into `g.signed_in` (None for a visitor)."""
    # Templates know `g.signed_in`; the library's own variable would ask the database again while its failure is told.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # sessions are rows that end on their own; a new address on a phone is normal

    @manager.user_loader  # type: ignore[untyped-decorator]  # the library ships no types
    def load(token: str) -> BrowserUser | None:
        now = saring.clock.now()
        with saring.database.read() as session:
            person = resume_session(session, token=token, now=now)
        return BrowserUser(token, person) if person else None

    @app.before_request
    def know_the_person() -> None:
        static = request.endpoint == "static"
        g.signed_in = None if static or not current_user.is_authenticated else current_user.signed_in

    @app.before_request
    def tell_the_suspended() -> None:
        token = browser.get("_user_id")
        if request.method != "POST" or g.signed_in is not None or token is None:
            return
        with saring.database.read() as session:
            person = suspended_holder(session, token=token)
        if person is not None:
            logout_user()  # from here on this browser is a visitor's, who may report a message as anybody may
            refused = AccountSuspended(reason=person.suspended_reason or "")
            write_down(refused, person_id=person.id, actor=Actor(person.id))
            raise refused

    @app.after_request
    def note_the_use(response: Response) -> Response:
        person = g.get("signed_in")
        if person is not None and request.method == "POST":
            with saring.database.write() as session:
                touch_session(session, session_id=person.session_id, now=saring.clock.now())
        return response


def sign_in(saring: Saring, *, person_id: int) -> None:
    """Open a new session for the person and give its identifier to this browser; an old one here is ended."""
    now = saring.clock.now()
    with saring.database.write() as session:
        _end_current(session, now=now)
        token = open_session(session, person_id=person_id, user_agent=request.user_agent.string, now=now)
        session.flush()  # the row is read back at once, in this transaction
        person = resume_session(session, token=token, now=now)
    if person is None:
        raise AssertionError("a session opened a moment ago is good")
    # Nothing that this browser held before signing in is carried over, its form token least of all.
    browser.clear()
    login_user(BrowserUser(token, person))


def carry_on(token: str) -> None:
    """Give this browser the new identifier of the session it is in."""
    login_user(BrowserUser(token, g.signed_in))


def sign_out(saring: Saring) -> None:
    """End this browser's session in the database and forget its identifier."""
    with saring.database.write() as session:
        _end_current(session, now=saring.clock.now())
    logout_user()
    browser.clear()


def _end_current(session: Session, *, now: datetime) -> None:
    person: SignedIn | None = g.get("signed_in")
    if person is not None:
        revoke_session(session, session_id=person.session_id, person_id=person.person_id, now=now)
