"""An index over the reply letters that wait for somebody.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_reply_letter_waiting",
        "reply_letter",
        ["state", "drafted_at", "id"],
        sqlite_where=sa.text("sent_on IS NULL"),
        postgresql_where=sa.text("sent_on IS NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_reply_letter_waiting", table_name="reply_letter")
