"""browsing.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
    with op.batch_alter_table('fact_check_topic', schema=None) as batch_op:
        batch_op.drop_index('ix_fact_check_topic__topic')

    op.drop_table('fact_check_topic')
