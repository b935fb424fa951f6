"""The record of attempts is added to and never changed: the database itself refuses, by whatever way it is asked.

The same statements stand in migration 0001.
"""

from __future__ import annotations

from sqlalchemy import DDL, event

from kernel.db import Base
from publishing.models.publications import PublicationAttempt

REFUSAL = "attempts are never changed"
"""What the database says."""

_TABLE = PublicationAttempt.__tablename__

STATEMENTS = {
    "sqlite": tuple(
        f"CREATE TRIGGER keep_{_TABLE}_{act.lower()} BEFORE {act} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for act in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        f"CREATE OR REPLACE FUNCTION keep_{_TABLE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        f"'{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER keep_{_TABLE} BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION keep_{_TABLE}()",
    ),
}
"""What makes the guard, by dialect."""


def _after(act: str, statement: str, dialect: str) -> None:
    ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]  # the library left this constructor without types
    event.listen(Base.metadata.tables[_TABLE], f"after_{act}", ddl.execute_if(dialect=dialect))


for _dialect, _statements in STATEMENTS.items():
    for _statement in _statements:
        _after("create", _statement, _dialect)
_after("drop", f"DROP FUNCTION IF EXISTS keep_{_TABLE}() CASCADE", "postgresql")
