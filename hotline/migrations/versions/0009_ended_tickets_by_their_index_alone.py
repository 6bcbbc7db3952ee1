"""The index over the tickets that have ended holds their status: SQLite did not read lists by it otherwise.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENDED = "status IN ('archived', 'closed', 'declined', 'merged', 'terminated')"


def upgrade() -> None:
    """Go forward."""
    _make("id", "confidentiality", "status")


def downgrade() -> None:
    """Go back."""
    _make("id", "confidentiality")


def _make(*columns: str) -> None:
    op.drop_index("ix_ticket_ended", table_name="ticket")
    op.create_index(
        "ix_ticket_ended",
        "ticket",
        columns,
        sqlite_where=sa.text(f"+{ENDED}"),
        postgresql_where=sa.text(ENDED),
    )
