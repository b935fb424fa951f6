"""Drafts of posts before approval, and accounts on their way to being connected.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "post_draft",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("narrative_id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("included", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by", _BIG, nullable=True),
        sa.Column("saved_by", _BIG, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["channel_account.id"], name=op.f("fk_post_draft__account_id")),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_post_draft__edited_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_post_draft__saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_draft")),
        sa.UniqueConstraint("narrative_id", "account_id", name=op.f("uq_post_draft__narrative_id_account_id")),
    )
    op.create_table(
        "pending_connection",
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("organisation_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("shown", _JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pending_connection__organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pending_connection__person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pending_connection")),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("pending_connection")
    op.drop_table("post_draft")
