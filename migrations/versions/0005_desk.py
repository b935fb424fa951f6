"""desk.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        """CREATE TRIGGER guard_counter_narrative_words_insert BEFORE INSERT ON counter_narrative WHEN NEW.approver_id IS NOT NULL AND EXISTS (SELECT 1 FROM narrative_suggestion AS taken JOIN counter_narrative AS older ON older.id = taken.counter_narrative_id WHERE older.case_id = NEW.case_id AND taken.author_id = NEW.approver_id AND taken.state = 'accepted' AND older.version <= NEW.version AND older.version >= COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
        """CREATE TRIGGER guard_counter_narrative_words_update BEFORE UPDATE OF case_id, approver_id ON counter_narrative WHEN NEW.approver_id IS NOT NULL AND EXISTS (SELECT 1 FROM narrative_suggestion AS taken JOIN counter_narrative AS older ON older.id = taken.counter_narrative_id WHERE older.case_id = NEW.case_id AND taken.author_id = NEW.approver_id AND taken.state = 'accepted' AND older.version <= NEW.version AND older.version >= COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)) BEGIN SELECT RAISE(ABORT, 'conflict of interest'); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION guard_counter_narrative_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.approver_id IS NOT NULL AND EXISTS (SELECT 1 FROM narrative_suggestion AS taken JOIN counter_narrative AS older ON older.id = taken.counter_narrative_id WHERE older.case_id = NEW.case_id AND taken.author_id = NEW.approver_id AND taken.state = 'accepted' AND older.version <= NEW.version AND older.version >= COALESCE((SELECT max(signed.version) FROM counter_narrative AS signed WHERE signed.case_id = NEW.case_id AND signed.state = 'approved' AND signed.version < NEW.version), 0)) THEN RAISE EXCEPTION 'conflict of interest' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER guard_counter_narrative_words BEFORE INSERT OR UPDATE OF case_id, approver_id ON counter_narrative FOR EACH ROW EXECUTE FUNCTION guard_counter_narrative_words()""",
    ),
}
"""Nobody approves a text into which their own suggested words were taken; the same as in verification.models.guards."""


def upgrade() -> None:
    op.create_table('narrative_ranking',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('ratings', sa.Integer(), nullable=False),
    sa.Column('missing_ratings', sa.Integer(), nullable=False),
    sa.Column('parameters_version', sa.String(length=20), nullable=False),
    sa.Column('ranked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_narrative_ranking'))
    )
    op.create_table('vote_export',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_name', sa.String(length=80), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote_export')),
    sa.UniqueConstraint('file_name', name=op.f('uq_vote_export__file_name'))
    )
    op.create_table('ballot_assignment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('among', sa.Integer(), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_ballot_assignment__case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ballot_assignment__person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot_assignment')),
    sa.UniqueConstraint('person_id', 'case_id', name=op.f('uq_ballot_assignment__person_id_case_id'))
    )
    with op.batch_alter_table('ballot_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_assignment__case_id'), ['case_id'], unique=False)

    op.create_table('deliberation_post',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hidden_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hidden_because', sa.String(length=300), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_deliberation_post__case_id')),
    sa.ForeignKeyConstraint(['hidden_by'], ['person.id'], name=op.f('fk_deliberation_post__hidden_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_deliberation_post__person_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['deliberation_post.id'], name=op.f('fk_deliberation_post__thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliberation_post'))
    )
    with op.batch_alter_table('deliberation_post', schema=None) as batch_op:
        batch_op.create_index('ix_deliberation_post__case', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deliberation_post__person_id'), ['person_id'], unique=False)

    op.create_table('help_rating',
    sa.Column('counter_narrative_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('help', sa.String(length=10), nullable=False),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['counter_narrative_id'], ['counter_narrative.id'], name=op.f('fk_help_rating__counter_narrative_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_help_rating__person_id')),
    sa.PrimaryKeyConstraint('counter_narrative_id', 'person_id', name=op.f('pk_help_rating'))
    )
    with op.batch_alter_table('help_rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_help_rating__person_id'), ['person_id'], unique=False)

    op.create_table('narrative_rank',
    sa.Column('ranking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('counter_narrative_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('ratings', sa.Integer(), nullable=False),
    sa.Column('intercept', sa.Double(), nullable=True),
    sa.Column('factor', sa.Double(), nullable=True),
    sa.Column('badge', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['counter_narrative_id'], ['counter_narrative.id'], name=op.f('fk_narrative_rank__counter_narrative_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['narrative_ranking.id'], name=op.f('fk_narrative_rank__ranking_id')),
    sa.PrimaryKeyConstraint('ranking_id', 'counter_narrative_id', name=op.f('pk_narrative_rank'))
    )
    op.create_table('narrative_suggestion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('counter_narrative_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('suggested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> author_id', name=op.f('ck_narrative_suggestion__author_does_not_decide')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_narrative_suggestion__author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_narrative_suggestion__case_id')),
    sa.ForeignKeyConstraint(['counter_narrative_id'], ['counter_narrative.id'], name=op.f('fk_narrative_suggestion__counter_narrative_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_narrative_suggestion__decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_narrative_suggestion'))
    )
    with op.batch_alter_table('narrative_suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_narrative_suggestion__author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_narrative_suggestion__case_id'), ['case_id'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER guard_counter_narrative_words_insert")
        op.execute("DROP TRIGGER guard_counter_narrative_words_update")
    else:
        op.execute("DROP FUNCTION guard_counter_narrative_words() CASCADE")
    with op.batch_alter_table('narrative_suggestion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_narrative_suggestion__case_id'))
        batch_op.drop_index(batch_op.f('ix_narrative_suggestion__author_id'))

    op.drop_table('narrative_suggestion')
    op.drop_table('narrative_rank')
    with op.batch_alter_table('help_rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_help_rating__person_id'))

    op.drop_table('help_rating')
    with op.batch_alter_table('deliberation_post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deliberation_post__person_id'))
        batch_op.drop_index('ix_deliberation_post__case')

    op.drop_table('deliberation_post')
    with op.batch_alter_table('ballot_assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ballot_assignment__case_id'))

    op.drop_table('ballot_assignment')
    op.drop_table('vote_export')
    op.drop_table('narrative_ranking')
