"""What can go wrong with publishing, for the person who asked. What a network answers is in `channels.errors`."""

from __future__ import annotations

from kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class SamePerson(NotAllowed):
    """Author and approver, or the two who release a freeze, are one person."""

    code = "same_person"


class DraftRejected(Invalid):
    """A draft does not fit its channel; `account_id` and the codes of its `problems` say which and why."""

    code = "draft_rejected"


class LanguageMissing(Invalid):
    """There is no text in the language of an account."""

    code = "language_missing"


class AccountNotReady(Conflict):
    """The account is not connected; `state` says what it is."""

    code = "account_not_ready"


class NoSuchAccount(NotFound):
    """There is no such account in this organisation."""

    code = "no_such_channel_account"


class AccountRefused(Invalid):
    """The network does not know these credentials, or does not answer; `reason` is what it said."""

    code = "channel_account_refused"


class AccountExists(Conflict):
    """Somebody else has just connected this account."""

    code = "channel_account_exists"


class AlreadyPublished(Conflict):
    """This version was approved for this account before."""

    code = "already_published"


class NoSuchPublication(NotFound):
    """There is no such publication in this organisation."""

    code = "no_such_publication"


class WrongState(Conflict):
    """The publication has moved on; `state` is where it stands now."""

    code = "publication_moved_on"


class BadLink(Invalid):
    """The pasted link is not one of a post of this account."""

    code = "bad_post_link"


class AlreadyFrozen(Conflict):
    """A freeze of this scope is in force."""

    code = "already_frozen"


class NotFrozen(NotFound):
    """There is no such freeze in force."""

    code = "not_frozen"


class NotYourSwitch(NotAllowed):
    """The freeze is of another organisation, or of everybody, which only an admin orders."""

    code = "not_your_switch"


class NoOrganisation(Conflict):
    """Publishing belongs to organisations, and this person works for none."""

    code = "no_organisation"


class OtherOrganisation(NotAllowed):
    """Posts go out in an organisation's name, so somebody of that organisation approves them."""

    code = "other_organisation"


class DraftEdited(NotAllowed):
    """The approver wrote part of what would go out; somebody else has to approve it."""

    code = "draft_edited"


class DraftChanged(Conflict):
    """What would go out is no longer what the approver read."""

    code = "draft_changed"


class NothingPending(Conflict):
    """This person is connecting no account, or took too long."""

    code = "nothing_pending"


class NoOAuthApp(Conflict):
    """This installation is not registered at the network, so nobody can be sent to its consent page."""

    code = "no_oauth_app"


class BadState(NotAllowed):
    """The answer of the consent page does not belong to a request of ours, or came too late."""

    code = "oauth_state_mismatch"


class NoSuchReply(NotFound):
    """There is no such reply in the inbox of this organisation."""

    code = "no_such_reply"


class UnknownLocalTime(Invalid):
    """The wall clock of the organisation never shows that time."""

    code = "unknown_local_time"


class PastMoment(Invalid):
    """What is to go out later was given a moment that has passed."""

    code = "past_moment"


class CannotAnswer(NotAllowed):
    """The network has no replies that an application may send."""

    code = "cannot_answer"
