"""The five ways in which Saring says no. Leaves carry facts, never sentences; `app.errors` puts them into words."""

from __future__ import annotations

from typing import ClassVar


class SaringError(Exception):
    """Root of every error that Saring raises on purpose.

    `code` names the leaf for the translated sentence, the log and the API; `facts` are the values that sentence needs.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({listed})"


class Invalid(SaringError):
    """What was sent cannot be accepted as it is. `field` names the form field at fault, where there is one."""

    code = "invalid"

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        super().__init__(**facts)
        self.field = field


class NotFound(SaringError):
    """There is no such thing, or the asker may not know that there is."""

    code = "not_found"


class NotAllowed(SaringError):
    """The actor may not do this. The refusal is audited where the leaf says so."""

    code = "not_allowed"


class Conflict(SaringError):
    """The thing has moved on: somebody else was first, or its state does not allow the step."""

    code = "conflict"


class Unavailable(SaringError):
    """Something that Saring depends on does not answer now; `retry_after_seconds` says when to try again."""

    code = "unavailable"

    def __init__(self, *, retry_after_seconds: int = 30, **facts: object) -> None:
        super().__init__(**facts)
        self.retry_after_seconds = retry_after_seconds
