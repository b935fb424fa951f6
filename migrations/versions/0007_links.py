"""Screenshots, the pictures that can be found again, claims that come together or apart, and answers asked for again.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the five tables."""
    op.create_table(
        "search_picture",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("pdq", sa.LargeBinary(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("change_id", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_picture")),
        sa.UniqueConstraint("change_id", name=op.f("uq_search_picture__change_id")),
        sa.UniqueConstraint("key", name=op.f("uq_search_picture__key")),
    )
    op.create_table(
        "cluster_change",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_case_id", _BIG, nullable=False),
        sa.Column("to_case_id", _BIG, nullable=False),
        sa.Column("item_ids", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", _BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", _BIG, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_case_id"], ["case.id"], name=op.f("fk_cluster_change__from_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_cluster_change__made_by")),
        sa.ForeignKeyConstraint(["to_case_id"], ["case.id"], name=op.f("fk_cluster_change__to_case_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_cluster_change__undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_change")),
    )
    op.create_index(op.f("ix_cluster_change__from_case_id"), "cluster_change", ["from_case_id"])
    op.create_index(op.f("ix_cluster_change__to_case_id"), "cluster_change", ["to_case_id"])
    op.create_table(
        "resurfacing_alert",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("fact_check_id", _BIG, nullable=False),
        sa.Column("recent", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Double(), nullable=False),
        sa.Column("parameters", sa.String(length=20), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("closed_by", _BIG, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_resurfacing_alert__closed_by")),
        sa.ForeignKeyConstraint(["fact_check_id"], ["fact_check.id"], name=op.f("fk_resurfacing_alert__fact_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resurfacing_alert")),
    )
    op.create_index(op.f("ix_resurfacing_alert__fact_check_id"), "resurfacing_alert", ["fact_check_id"])
    op.create_index(
        "uq_resurfacing_alert__one_open",
        "resurfacing_alert",
        ["fact_check_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "upload",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("left_out", _JSON, nullable=False),
        sa.Column("report_id", _BIG, nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_upload__report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_upload__token_hash")),
    )
    op.create_index(op.f("ix_upload__report_id"), "upload", ["report_id"])
    op.create_table(
        "attachment",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("upload_id", _BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refused_because", sa.String(length=12), nullable=False),
        sa.Column("stored_name", sa.String(length=40), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pdq", sa.LargeBinary(), nullable=True),
        sa.Column("pdq_quality", sa.Integer(), nullable=True),
        sa.Column("reading", sa.String(length=12), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_attachment__upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("upload_id", "position", name=op.f("uq_attachment__upload_id_position")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("attachment", "upload", "resurfacing_alert", "cluster_change", "search_picture"):
        op.drop_table(table)
