"""What can go wrong with accounts."""

from __future__ import annotations

from kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class EmailTaken(Conflict):
    """An account with this address exists."""

    code = "email_taken"


class BadEmail(Invalid):
    """The address has no shape of an e-mail address."""

    code = "bad_email"


class BadName(Invalid):
    """The name is empty or holds characters that no name has."""

    code = "bad_name"


class BadAlias(Invalid):
    """The public name is not made of 3 to 30 small letters, digits and hyphens."""

    code = "bad_alias"


class AliasTaken(Conflict):
    """Somebody else has this public name."""

    code = "alias_taken"


class AlreadyMember(Conflict):
    """The invited address has an account; its owner needs a role, not an invitation."""

    code = "already_member"


class LastAdmin(Conflict):
    """Without this person nobody could appoint anybody any more."""

    code = "last_admin"


class OwnAccount(NotAllowed):
    """Admins do not appoint, suspend or reset themselves: another admin has to."""

    code = "own_account"


class WeakPassword(Invalid):
    """The password is short or well-known; `minimum` is the least number of characters."""

    code = "weak_password"


class WrongCredentials(NotAllowed):
    """E-mail and password do not belong together; which of them is wrong is not said."""

    code = "wrong_credentials"


class AccountSuspended(NotAllowed):
    """The account is suspended; `reason` is what the person was told."""

    code = "account_suspended"


class NoSuchSuspension(NotFound):
    """The account is not shut, or is shut for another reason by now."""

    code = "no_such_suspension"


class BadWords(Invalid):
    """An objection or an answer to one is empty or longer than `limit` characters."""

    code = "bad_words"


class ObjectedBefore(Conflict):
    """Its owner has objected to this suspension already."""

    code = "objected_before"


class NoObjection(Conflict):
    """Nobody has objected."""

    code = "no_objection"


class AlreadyAnswered(Conflict):
    """The objection was answered, or the account opened again, in the meantime."""

    code = "already_answered"


class OwnSuspension(NotAllowed):
    """Who shut an account does not answer the objection to it."""

    code = "own_suspension"


class WrongCode(NotAllowed):
    """The one-time code is wrong, old, or was used already."""

    code = "wrong_code"


class AlreadyEnrolled(Conflict):
    """The person has a second factor; it has to be given up before another one is set up."""

    code = "already_enrolled"


class SecondFactorMissing(NotAllowed):
    """The act needs a second factor in this session, not older than `within_seconds`."""

    code = "second_factor_missing"


class NoSuchPerson(NotFound):
    """There is no such account."""

    code = "no_such_person"


class InvitationSpent(NotFound):
    """The invitation is unknown, used or expired."""

    code = "invitation_spent"


class ResetSpent(NotFound):
    """The link to a new password is unknown, used or expired."""

    code = "reset_spent"
