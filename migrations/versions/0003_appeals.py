"""Appeals, corrections and the guards against conflicts of interest.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER guard_assessment_insert BEFORE INSERT ON assessment WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_assessment_update BEFORE UPDATE OF case_id, person_id ON assessment WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_signers_opinion_insert BEFORE INSERT ON signers_opinion WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_signers_opinion_update BEFORE UPDATE OF case_id, person_id ON signers_opinion WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_counter_narrative_insert BEFORE INSERT ON counter_narrative WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.author_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.author_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) OR (NEW.approver_id IS NOT NULL AND (EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.approver_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.approver_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) OR EXISTS (SELECT 1 FROM counter_narrative AS older WHERE older.case_id = NEW.case_id AND older.author_id = NEW.approver_id AND older.version <= NEW.version AND older.version > COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_counter_narrative_update BEFORE UPDATE OF case_id, author_id, approver_id ON counter_narrative WHEN EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.author_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.author_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) OR (NEW.approver_id IS NOT NULL AND (EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.approver_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.approver_id AND person.organisation_id IN (SELECT value FROM json_each("case".named_organisation_ids))) OR EXISTS (SELECT 1 FROM counter_narrative AS older WHERE older.case_id = NEW.case_id AND older.author_id = NEW.approver_id AND older.version <= NEW.version AND older.version > COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)))) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND "case".named_organisation_ids @> to_jsonb(person.organisation_id)) THEN RAISE EXCEPTION 'conflict of interest' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER guard_assessment BEFORE INSERT OR UPDATE OF case_id, person_id ON assessment FOR EACH ROW EXECUTE FUNCTION guard_assessment()""",
        """CREATE OR REPLACE FUNCTION guard_signers_opinion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.person_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.person_id AND "case".named_organisation_ids @> to_jsonb(person.organisation_id)) THEN RAISE EXCEPTION 'conflict of interest' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER guard_signers_opinion BEFORE INSERT OR UPDATE OF case_id, person_id ON signers_opinion FOR EACH ROW EXECUTE FUNCTION guard_signers_opinion()""",
        """CREATE OR REPLACE FUNCTION guard_counter_narrative() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.author_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.author_id AND "case".named_organisation_ids @> to_jsonb(person.organisation_id)) OR (NEW.approver_id IS NOT NULL AND (EXISTS (SELECT 1 FROM report JOIN item ON item.id = report.item_id WHERE item.case_id = NEW.case_id AND report.person_id = NEW.approver_id) OR EXISTS (SELECT 1 FROM person JOIN "case" ON "case".id = NEW.case_id WHERE person.id = NEW.approver_id AND "case".named_organisation_ids @> to_jsonb(person.organisation_id)) OR EXISTS (SELECT 1 FROM counter_narrative AS older WHERE older.case_id = NEW.case_id AND older.author_id = NEW.approver_id AND older.version <= NEW.version AND older.version > COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)))) THEN RAISE EXCEPTION 'conflict of interest' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER guard_counter_narrative BEFORE INSERT OR UPDATE OF case_id, author_id, approver_id ON counter_narrative FOR EACH ROW EXECUTE FUNCTION guard_counter_narrative()""",
    ),
}
"""What verification/models/guards.py makes, as it was when this step was written."""


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('correction',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fact_check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_role', sa.String(length=20), nullable=False),
    sa.Column('opened_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("outcome = 'corrected' OR decided_by IS NULL OR decided_by <> opened_by", name=op.f('ck_correction__opener_decides_nothing')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_correction__case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_correction__decided_by')),
    sa.ForeignKeyConstraint(['fact_check_id'], ['fact_check.id'], name=op.f('fk_correction__fact_check_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_correction__opened_by')),
    sa.ForeignKeyConstraint(['opened_organisation_id'], ['organisation.id'], name=op.f('fk_correction__opened_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction__case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_correction__fact_check_id'), ['fact_check_id'], unique=False)
        batch_op.create_index('uq_correction__one_open', ['case_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    op.create_table('reopening',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('joined_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('joined_by IS NULL OR joined_by <> asked_by', name=op.f('ck_reopening__two_verifiers')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_reopening__asked_by')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_reopening__case_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_reopening__evidence_id')),
    sa.ForeignKeyConstraint(['joined_by'], ['person.id'], name=op.f('fk_reopening__joined_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reopening'))
    )
    with op.batch_alter_table('reopening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reopening__case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_reopening__one_waiting', ['case_id'], unique=True, sqlite_where=sa.text('joined_at IS NULL'), postgresql_where=sa.text('joined_at IS NULL'))

    op.create_table('appeal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fact_check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('sealed_name', sa.LargeBinary(), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('url', sa.String(length=2048), nullable=True),
    sa.Column('idempotency_key', sa.String(length=64), nullable=False),
    sa.Column('tracking_hash', sa.String(length=64), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_role', sa.String(length=20), nullable=True),
    sa.Column('decided_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('correction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_appeal__case_id')),
    sa.ForeignKeyConstraint(['correction_id'], ['correction.id'], name=op.f('fk_appeal__correction_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_appeal__decided_by')),
    sa.ForeignKeyConstraint(['decided_organisation_id'], ['organisation.id'], name=op.f('fk_appeal__decided_organisation_id')),
    sa.ForeignKeyConstraint(['fact_check_id'], ['fact_check.id'], name=op.f('fk_appeal__fact_check_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_appeal__idempotency_key')),
    sa.UniqueConstraint('tracking_hash', name=op.f('uq_appeal__tracking_hash'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeal__case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeal__fact_check_id'), ['fact_check_id'], unique=False)
        batch_op.create_index('ix_appeal__waiting', ['outcome', 'due_at'], unique=False)

    op.create_table('flag',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_type', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('filed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_role', sa.String(length=20), nullable=True),
    sa.Column('decided_organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_flag__case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_flag__decided_by')),
    sa.ForeignKeyConstraint(['decided_organisation_id'], ['organisation.id'], name=op.f('fk_flag__decided_organisation_id')),
    sa.ForeignKeyConstraint(['filed_by'], ['person.id'], name=op.f('fk_flag__filed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag'))
    )
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_flag__case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_flag__waiting', ['outcome', 'filed_at'], unique=False)
        batch_op.create_index('uq_flag__one_open_each', ['subject_type', 'subject_id', 'filed_by'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    op.create_table('agency_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stance', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('url', sa.String(length=2048), nullable=True),
    sa.Column('written_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_agency_statement__case_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_agency_statement__organisation_id')),
    sa.ForeignKeyConstraint(['written_by'], ['person.id'], name=op.f('fk_agency_statement__written_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_statement'))
    )
    with op.batch_alter_table('agency_statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_statement__case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_agency_statement__one_standing', ['case_id', 'organisation_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('recusal_doubt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_recusal_doubt__asked_by')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_recusal_doubt__case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_recusal_doubt__decided_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_recusal_doubt__organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recusal_doubt'))
    )
    with op.batch_alter_table('recusal_doubt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recusal_doubt__case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_recusal_doubt__one_open', ['case_id', 'organisation_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))


def downgrade() -> None:
    for table in ("assessment", "signers_opinion", "counter_narrative"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER guard_{table}_insert")
            op.execute(f"DROP TRIGGER guard_{table}_update")
        else:
            op.execute(f"DROP FUNCTION guard_{table}() CASCADE")
    for table in ("recusal_doubt", "agency_statement", "flag", "appeal", "reopening", "correction"):
        op.drop_table(table)
