"""Conflict of interest, refused by the database itself: triggers that hold whoever writes, and by whatever way.

Nobody judges or signs a case that they reported, nor one whose claim names their organisation; nobody approves a text
of which they wrote any version since the last approval. The services say no first and in words; this is what stays
when somebody goes round them. The same statements stand in migration 0003.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

from kernel.db import Base
from verification.models.assessment import Assessment
from verification.models.consensus import SignersOpinion
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

_WROTE_IT = """EXISTS (SELECT 1 FROM counter_narrative AS older
        WHERE older.case_id = NEW.case_id AND older.author_id = NEW.approver_id AND older.version <= NEW.version
        AND older.version > COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed
          WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0))"""


def refused(table: str, dialect: str) -> str:
    """Return the condition on NEW under which the database refuses a row of `table`."""
    named = _NAMED[dialect]
    if table != CounterNarrative.__tablename__:
        return _tied("NEW.person_id", named=named)
    author, approver = _tied("NEW.author_id", named=named), _tied("NEW.approver_id", named=named)
    return f"{author} OR (NEW.approver_id IS NOT NULL AND ({approver} OR {_WROTE_IT}))"


def statements(table: str, columns: str, dialect: str) -> list[str]:
    """Return what creates the guard of `table`, which watches inserts and updates of `columns`."""
    condition = " ".join(refused(table, dialect).split())
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER guard_{table}_{name} BEFORE {act} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for name, act in (("insert", "INSERT"), ("update", f"UPDATE OF {columns}"))
        ]
    return [
        f"CREATE OR REPLACE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} "
        f"THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$",
        f"CREATE TRIGGER guard_{table} BEFORE INSERT OR UPDATE OF {columns} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION guard_{table}()",
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
