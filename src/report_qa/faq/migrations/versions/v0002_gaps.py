"""Questions that were asked and not answered well."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "faq_gap",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("collection", sa.String(100), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("pair_id", sa.Integer, sa.ForeignKey("faq_pair.id")),
    )
    op.create_index("ix_faq_gap_collection", "faq_gap", ["collection"])
