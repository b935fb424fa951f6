"""browsing.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fact_check_topic',
    sa.Column('fact_check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['fact_check_id'], ['fact_check.id'], name=op.f('fk_fact_check_topic__fact_check_id')),
    sa.PrimaryKeyConstraint('fact_check_id', 'topic', name=op.f('pk_fact_check_topic'))
    )
    with op.batch_alter_table('fact_check_topic', schema=None) as batch_op:
        batch_op.create_index('ix_fact_check_topic__topic', ['topic', 'fact_check_id'], unique=False)

    op.create_table('long_work',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('file', sa.String(length=64), nullable=True),
    sa.Column('started_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('report', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['started_by'], ['person.id'], name=op.f('fk_long_work__started_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_long_work'))
    )
    with op.batch_alter_table('long_work', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_long_work__file'), ['file'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('long_work', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_long_work__file'))

    op.drop_table('long_work')
    with op.batch_alter_table('fact_check_topic', schema=None) as batch_op:
        batch_op.drop_index('ix_fact_check_topic__topic')

    op.drop_table('fact_check_topic')
