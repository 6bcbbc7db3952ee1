"""callbacks and figures

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "customer_call",
        sa.Column("is_appointed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_customer_call_open_owner",
        "customer_call",
        ["owner_id", "due_at"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "customer_call_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("submission_key", sa.String(length=80), nullable=False),
        sa.Column("raised_by_id", KEY, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["customer_call.id"], name=op.f("fk_customer_call_need_call_id_customer_call")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["staff.id"], name=op.f("fk_customer_call_need_raised_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_call_need")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_customer_call_need_submission_key")),
    )
    op.create_index("ix_customer_call_need_call_id", "customer_call_need", ["call_id"])
    op.create_index("ix_daily_fact_counted", "daily_fact", ["axis", "counted", "day", "key", "amount"])
    op.create_index(
        "ix_ticket_category_closed",
        "ticket",
        ["category", "closed_at"],
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_ticket_category_closed", table_name="ticket")
    op.drop_index("ix_daily_fact_counted", table_name="daily_fact")
    op.drop_table("customer_call_need")
    op.drop_index("ix_customer_call_open_owner", table_name="customer_call")
    op.drop_column("customer_call", "is_appointed")
