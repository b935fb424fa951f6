"""Who may use a view. Each view says so exactly once, and a view that does not say so stops the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.roles import STAFF, Role
from accounts.sessions import SignedIn
from app.addresses import this_page

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "saring_access"
_FROM_ELSEWHERE = "saring_from_elsewhere"


@dataclass(frozen=True, slots=True)
class Access:
    """`roles` None is public, empty is anybody with an account, else one of them.

    Whoever has set up a second factor must give it first; `half` views are for those who have not done so yet.
    """

    roles: frozenset[Role] | None
    half: bool = False


def public(view: View) -> View:
    """Let everybody in."""
    return _mark(view, Access(None))


def signed_in(view: View) -> View:
    """Let everybody with an account in."""
    return _mark(view, Access(frozenset()))


def half_signed_in(view: View) -> View:
    """Let everybody with an account in, even before the second factor: to give it, or to leave."""
    return _mark(view, Access(frozenset(), half=True))


def requires(*roles: Role) -> Callable[[View], View]:
    """Let people in who have one of `roles`; staff roles count only behind a second factor."""

    def decorate(view: View) -> View:
        return _mark(view, Access(frozenset(roles)))

    return decorate


def from_elsewhere(view: View) -> View:
    """Take what other programs send: a mail program's unsubscribe button, a telephone's share menu.

    They have no form token of ours. Such a view changes nothing that a stranger could gain from.
    """
    setattr(view, _FROM_ELSEWHERE, True)
    return view


def is_from_elsewhere(view: Callable[..., Any]) -> bool:
    """Return whether a view takes what other programs send."""
    return getattr(view, _FROM_ELSEWHERE, False) is True


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view declared, or None."""
    access = getattr(view, _MARK, None)
    return access if isinstance(access, Access) else None


def current() -> SignedIn:
    """Return who is signed in; for views that are not public."""
    person: SignedIn = g.signed_in
    return person


def acting_role(person: SignedIn, allowed: frozenset[Role]) -> Role | None:
    """Return the role in which `person` passes, a volunteer's before a staff one; None when there is none.

    A staff role counts only when this session was raised by a second factor.
    """
    raised = person.second_factor_at is not None
    usable = [role for role in Role if role in person.roles & allowed and (raised or role not in STAFF)]
    return usable[0] if usable else None


def guard(app: Flask) -> None:
    """Enforce the declarations before each request. Call it when every view is registered."""
    bare = [name for name, view in app.view_functions.items() if name != "static" and access_of(view) is None]
    if bare:
        raise RuntimeError(f"views without declared access: {', '.join(sorted(bare))}")
    app.before_request(_check)


def _check() -> Response | None:
    from flask import current_app

    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view else None
    if access is None or access.roles is None:
        return None
    person: SignedIn | None = g.signed_in
    if person is None:
        return _send_to("accounts.sign_in")
    if person.has_second_factor and person.second_factor_at is None and not access.half:
        return confirm_first()
    if not access.roles:
        return None
    role = acting_role(person, access.roles)
    if role is not None:
        g.acting_role = role
        return None
    # The right role, but a staff role sleeps until its owner has a second factor.
    return confirm_first() if person.roles & access.roles else abort(403)


def confirm_first() -> Response:
    """Send the person to give a second factor, or to set one up, and then back to the page in view."""
    return _send_to("accounts.second_factor" if current().has_second_factor else "accounts.enrol")


def _send_to(endpoint: str) -> Response:
    address = url_for(endpoint, next=this_page())
    if request.headers.get("HX-Request") == "true":
        # A redirect inside a fragment would put a whole page into it; this makes the browser itself go there.
        return Response(status=204, headers={"HX-Redirect": address})
    response: Response = redirect(address, code=303)
    return response


def _mark(view: View, access: Access) -> View:
    if access_of(view) is not None:
        raise RuntimeError(f"{view.__name__} declares its access twice")
    setattr(view, _MARK, access)
    return view
