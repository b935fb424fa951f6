"""Conflict of interest, refused by the database itself: triggers that hold whoever writes, and by whatever way.

Nobody judges or signs a case that they reported, nor one whose claim names their organisation; nobody approves a text
of which they wrote any version since the last approval, or words that were taken into it. The services say no first
and in words; this is what stays when somebody goes round them. The same statements stand in migrations 0003 and 0005.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

from kernel.db import Base
from verification.models.assessment import Assessment
from verification.models.consensus import SignersOpinion
from verification.models.deliberation import NarrativeSuggestion
from verification.models.fact_check import CounterNarrative

REFUSAL = "conflict of interest"
"""What the database says."""


def _tied(person: str, *, named: str) -> str:
    """Return the condition that `person` reported the case of NEW, or belongs to an organisation that it names."""
    return f"""EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id
        WHERE item.case_id = NEW.case_id AND report.person_id = {person})
      OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id
        WHERE person.id = {person} AND {named})"""  # noqa: S608 - constants of this module, no input


_NAMED = {
    "sqlite": 'person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))',
    "postgresql": '"case".named_organisation_ids @> to_jsonb(person.organisation_id)',
}

_LAST_SIGNED = """COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed
          WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)"""

_WROTE_IT = f"""EXISTS (SELECT 1 FROM counter_narrative AS older
        WHERE older.case_id = NEW.case_id AND older.author_id = NEW.approver_id AND older.version <= NEW.version
        AND older.version > {_LAST_SIGNED})"""  # noqa: S608 - constants of this module, no input

_WORDS_TAKEN = f"""NEW.approver_id IS NOT NULL AND EXISTS (SELECT 1 FROM narrative_suggestion AS taken
        JOIN counter_narrative AS older ON older.id = taken.counter_narrative_id
        WHERE older.case_id = NEW.case_id AND taken.author_id = NEW.approver_id AND taken.state = 'accepted'
        AND older.version <= NEW.version AND older.version >= {_LAST_SIGNED})"""  # noqa: S608


def refused(table: str, dialect: str) -> str:
    """Return the condition on NEW under which the database refuses a row of `table`."""
    named = _NAMED[dialect]
    if table != CounterNarrative.__tablename__:
        return _tied("NEW.person_id", named=named)
    author, approver = _tied("NEW.author_id", named=named), _tied("NEW.approver_id", named=named)
    return f"{author} OR (NEW.approver_id IS NOT NULL AND ({approver} OR {_WROTE_IT}))"


def statements(table: str, columns: str, dialect: str) -> list[str]:
    """Return what creates the guard of `table`, which watches inserts and updates of `columns`."""
    return _guard(table, table, columns, refused(table, dialect), dialect)


def _guard(name: str, table: str, columns: str, condition: str, dialect: str) -> list[str]:
    condition = " ".join(condition.split())
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER guard_{name}_{moment} BEFORE {act} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for moment, act in (("insert", "INSERT"), ("update", f"UPDATE OF {columns}"))
        ]
    return [
        f"CREATE OR REPLACE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} "
        f"THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE TRIGGER guard_{name} BEFORE INSERT OR UPDATE OF {columns} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{name}()",
    ]


def _watch(table: Table, columns: str) -> None:
    for dialect in _NAMED:
        for statement in statements(table.name, columns, dialect):
            _after(table, "create", statement, dialect)
    _after(table, "drop", f"DROP FUNCTION IF EXISTS guard_{table.name}() CASCADE", "postgresql")


def _after(table: Table, act: str, statement: str, dialect: str) -> None:
    ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]  # the library left this constructor without types
    event.listen(table, f"after_{act}", ddl.execute_if(dialect=dialect))


WATCHED = {
    Assessment.__tablename__: "case_id, person_id",
    SignersOpinion.__tablename__: "case_id, person_id",
    CounterNarrative.__tablename__: "case_id, author_id, approver_id",
}
"""Each guarded table with the columns whose change is looked at."""

for _name, _columns in WATCHED.items():
    _watch(Base.metadata.tables[_name], _columns)

WORDS = "counter_narrative_words"
"""The guard against approving one's own suggested words; it looks into a table that is made after the one it guards."""


def words_statements(dialect: str) -> list[str]:
    """Return what creates the guard `WORDS`."""
    return _guard(WORDS, CounterNarrative.__tablename__, "case_id, approver_id", _WORDS_TAKEN, dialect)


_SUGGESTIONS = Base.metadata.tables[NarrativeSuggestion.__tablename__]
for _dialect in _NAMED:
    for _statement in words_statements(_dialect):
        _after(_SUGGESTIONS, "create", _statement, _dialect)
_after(_SUGGESTIONS, "drop", f"DROP FUNCTION IF EXISTS guard_{WORDS}() CASCADE", "postgresql")
