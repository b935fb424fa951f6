"""A version of a counter-narrative that waits for its second person, with what it would change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from verification.errors import NoSuchCase
from verification.models import Case, CounterNarrative, FactCheck
from verification.rules.counter_narrative import Draft, Finding, lint


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted version. `fact_check` is what stands in public already, where anything does."""

    case: Case
    narrative: CounterNarrative
    fact_check: FactCheck | None


def findings_in(narrative: CounterNarrative, *, claim: str) -> tuple[Finding, ...]:
    """Return what the linter would mend in a version. How long its posts are is counted on the page of the posts."""
    return lint(draft_of(narrative, claim=claim), {})


def draft_of(narrative: CounterNarrative, *, claim: str) -> Draft:
    """Return a version as the linter reads it."""
    return Draft(
        claim=claim or narrative.circulated,
        fact=narrative.fact,
        warning=narrative.warning,
        circulated=narrative.circulated,
        why=narrative.why_misleading,
        fact_again=narrative.closing_fact,
        action=narrative.what_to_do,
        sources=tuple(source["url"] for source in narrative.sources),
        language=narrative.language,
    )


def waiting_version(session: Session, *, public_id: str, version: int) -> Waiting:
    """Return the submitted version of that number, or raise NoSuchCase where it does not wait any more."""
    found = session.execute(
        select(Case, CounterNarrative, FactCheck)
        .join(CounterNarrative, CounterNarrative.case_id == Case.id)
        .outerjoin(FactCheck, FactCheck.case_id == Case.id)
        .where(Case.public_id == public_id, CounterNarrative.version == version)
        .where(CounterNarrative.state == "submitted")
    ).first()
    if found is None:
        raise NoSuchCase(public_id=public_id)
    return Waiting(found[0], found[1], found[2])
