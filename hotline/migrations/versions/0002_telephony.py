"""telephony

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "exchange_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_exchange_token_created_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_exchange_token_digest")),
    )
    op.create_table(
        "refused_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_refused_number_reason_given")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_refused_number_lifted_by_somebody")
        ),
        sa.CheckConstraint("refused_until > refused_at", name=op.f("ck_refused_number_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["staff.id"], name=op.f("fk_refused_number_lifted_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["refused_by_id"], ["staff.id"], name=op.f("fk_refused_number_refused_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_number")),
    )
    op.create_index(op.f("ix_refused_number_digest"), "refused_number", ["digest"], unique=False)
    op.create_table(
        "phone_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_key", sa.String(length=80), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "inbound", "outbound", name="direction", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_rejected", sa.Boolean(), nullable=False),
        sa.Column("wait_seconds", sa.Integer(), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("ring_count", sa.Integer(), nullable=True),
        sa.Column("rings_told", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (wait_seconds IS NULL)", name=op.f("ck_phone_call_wait_counted")
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (digest IS NULL)", name=op.f("ck_phone_call_number_can_be_found")
        ),
        sa.CheckConstraint(
            "(talk_seconds IS NOT NULL) = (answered_at IS NOT NULL AND ended_at IS NOT NULL)",
            name=op.f("ck_phone_call_talk_counted"),
        ),
        sa.CheckConstraint(
            "ring_count IS NULL OR ring_count BETWEEN 0 AND 99", name=op.f("ck_phone_call_rings_possible")
        ),
        sa.CheckConstraint(
            "talk_seconds IS NULL OR talk_seconds >= 0", name=op.f("ck_phone_call_talk_not_negative")
        ),
        sa.CheckConstraint(
            "wait_seconds IS NULL OR wait_seconds >= 0", name=op.f("ck_phone_call_wait_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["customer_call_id"],
            ["customer_call.id"],
            name=op.f("fk_phone_call_customer_call_id_customer_call"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_phone_call_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("call_key", name=op.f("uq_phone_call_call_key")),
    )
    op.create_index(op.f("ix_phone_call_customer_call_id"), "phone_call", ["customer_call_id"], unique=False)
    op.create_index(op.f("ix_phone_call_digest"), "phone_call", ["digest"], unique=False)
    op.create_index(
        "ix_phone_call_open",
        "phone_call",
        ["received_at", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_phone_call_received", "phone_call", ["received_at"], unique=False)
    op.create_index("ix_phone_call_staff", "phone_call", ["staff_id", "received_at"], unique=False)
    op.create_index(
        "ix_phone_call_unsettled",
        "phone_call",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "phone_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new_call",
                "offer",
                "answer",
                "transfer",
                "hangup",
                "abandon",
                "reject",
                "recording",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("extension", sa.String(length=20), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["phone_call.id"], name=op.f("fk_phone_event_call_id_phone_call")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_event")),
        sa.UniqueConstraint("call_id", "kind", "once", name="told_once"),
    )
    op.create_table(
        "phone_leg",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extension", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("form_key", sa.String(length=36), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"], name=op.f("fk_phone_leg_call_id_phone_call")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_phone_leg_contact_id_contact")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_phone_leg_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_leg")),
        sa.UniqueConstraint("call_id", "extension", name="one_leg_a_telephone"),
        sa.UniqueConstraint("contact_id", name=op.f("uq_phone_leg_contact_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_phone_leg_form_key")),
    )
    op.create_index(
        "ix_phone_leg_open",
        "phone_leg",
        ["staff_id", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_phone_leg_staff", "phone_leg", ["staff_id", "call_id"], unique=False)
    op.create_table(
        "desk_phone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extension", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("leg_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["leg_id"], ["phone_leg.id"], name=op.f("fk_desk_phone_leg_id_phone_leg")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_phone_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_phone")),
        sa.UniqueConstraint("extension", name=op.f("uq_desk_phone_extension")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_desk_phone_staff_id")),
    )
    op.add_column("customer_call", sa.Column("phone_digest", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_customer_call_phone_digest"), "customer_call", ["phone_digest"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_customer_call_phone_digest"), table_name="customer_call")
    op.drop_column("customer_call", "phone_digest")

    op.drop_table("desk_phone")
    op.drop_index("ix_phone_leg_staff", table_name="phone_leg")
    op.drop_index(
        "ix_phone_leg_open",
        table_name="phone_leg",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("phone_leg")
    op.drop_table("phone_event")
    op.drop_index(
        "ix_phone_call_unsettled",
        table_name="phone_call",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index("ix_phone_call_staff", table_name="phone_call")
    op.drop_index("ix_phone_call_received", table_name="phone_call")
    op.drop_index(
        "ix_phone_call_open",
        table_name="phone_call",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_phone_call_digest"), table_name="phone_call")
    op.drop_index(op.f("ix_phone_call_customer_call_id"), table_name="phone_call")
    op.drop_table("phone_call")
    op.drop_index(op.f("ix_refused_number_digest"), table_name="refused_number")
    op.drop_table("refused_number")
    op.drop_table("exchange_token")
