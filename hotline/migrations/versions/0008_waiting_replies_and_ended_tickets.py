"""Indexes over the reply letters that wait for somebody, and over the tickets that have ended.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ENDED = "status IN ('archived', 'closed', 'declined', 'merged', 'terminated')"


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_reply_letter_waiting",
        "reply_letter",
        ["state", "drafted_at", "id"],
        sqlite_where=sa.text("sent_on IS NULL"),
        postgresql_where=sa.text("sent_on IS NULL"),
    )
    op.create_index(
        "ix_ticket_ended",
        "ticket",
        ["id", "confidentiality"],
        sqlite_where=sa.text(f"+{ENDED}"),
        postgresql_where=sa.text(ENDED),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_ticket_ended", table_name="ticket")
    op.drop_index("ix_reply_letter_waiting", table_name="reply_letter")
