"""The roles, as PEERS-standard names. What each may do is declared at each view and in each service, never here."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may be. A person can have several; everybody with an account is a citizen."""

    CITIZEN = "citizen"
    """Reports and searches."""
    VOLUNTEER = "volunteer"
    """Adds evidence and files assessments."""
    VERIFIER = "verifier"
    """Drafts and signs verdicts for an organisation."""
    EDITOR = "editor"
    """Writes counter-narratives, approves, corrects; belongs to the editorial desk."""
    PUBLISHER = "publisher"
    """Approves publications of an organisation and keeps its channel accounts."""
    ADMIN = "admin"
    """Appoints people and keeps the installation; judges nothing."""
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""


STAFF = frozenset({Role.VERIFIER, Role.EDITOR, Role.PUBLISHER, Role.ADMIN, Role.AUDITOR})
"""Roles that must have a second factor before they may act."""

REVIEWERS = frozenset({Role.VERIFIER, Role.EDITOR})
"""Roles that review a case editorially: write, sign and approve."""
