"""letters

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("letter", sa.Column("sender_number", sa.String(length=60), nullable=True))
    op.add_column("letter", sa.Column("secrecy", sa.String(length=40), nullable=True))
    op.add_column("letter", sa.Column("postmark", sa.String(length=60), nullable=True))
    op.add_column("letter", sa.Column("sender_digest", sa.String(length=64), nullable=True))
    op.add_column(
        "letter",
        sa.Column(
            "earlier_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("letter.id", name="fk_letter_earlier_id_letter"),
            nullable=True,
        ),
        inline_references=True,
    )
    for column in ("sender_number", "sender_digest", "earlier_id"):
        op.create_index(f"ix_letter_{column}", "letter", [column])
    op.create_table(
        "paper_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fax",
                "parcel",
                "express",
                "registered",
                name="paper_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_number", sa.String(length=60), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("addressee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_how", sa.String(length=200), nullable=True),
        sa.Column("told_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL)", name=op.f("ck_paper_item_signed_by_somebody")
        ),
        sa.CheckConstraint("pieces >= 1", name=op.f("ck_paper_item_one_piece_at_least")),
        sa.CheckConstraint(
            "signed_by_id IS NULL OR signed_by_id = addressee_id OR signed_by_id = proxy_id",
            name=op.f("ck_paper_item_signed_by_addressee_or_proxy"),
        ),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["staff.id"], name=op.f("fk_paper_item_addressee_id_staff")
        ),
        sa.ForeignKeyConstraint(["proxy_id"], ["staff.id"], name=op.f("fk_paper_item_proxy_id_staff")),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["staff.id"], name=op.f("fk_paper_item_registered_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["staff.id"], name=op.f("fk_paper_item_signed_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["told_by_id"], ["staff.id"], name=op.f("fk_paper_item_told_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_item")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_item_number")),
    )
    op.create_index("ix_paper_item_addressee", "paper_item", ["addressee_id", "id"], unique=False)
    op.create_index("ix_paper_item_arrived", "paper_item", ["arrived_at", "id"], unique=False)
    op.create_index(
        "ix_paper_item_open",
        "paper_item",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("signed_at IS NULL"),
        postgresql_where=sa.text("signed_at IS NULL"),
    )

    op.create_table(
        "letter_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "route",
            sa.Enum(
                "decide",
                "order",
                "post",
                "hand_over",
                "file",
                name="letter_route",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("route <> 'decide'", name=op.f("ck_letter_decision_something_decided")),
        sa.CheckConstraint("route <> 'file' OR reason <> ''", name=op.f("ck_letter_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_letter_decision_decided_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_letter_decision_letter_id_letter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_decision")),
    )
    op.create_index("ix_letter_decision_letter_id", "letter_decision", ["letter_id"], unique=False)

    op.create_table(
        "letter_hand_over",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("receiver_id <> handed_by_id", name=op.f("ck_letter_hand_over_two_people")),
        sa.ForeignKeyConstraint(
            ["handed_by_id"], ["staff.id"], name=op.f("fk_letter_hand_over_handed_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_letter_hand_over_letter_id_letter")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["staff.id"], name=op.f("fk_letter_hand_over_receiver_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_hand_over")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_hand_over_letter_id")),
    )
    op.create_index(
        "ix_letter_hand_over_open",
        "letter_hand_over",
        ["receiver_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("signed_at IS NULL"),
        postgresql_where=sa.text("signed_at IS NULL"),
    )

    op.create_table(
        "letter_receipt",
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stated", sa.String(length=500), nullable=False),
        sa.Column("found", sa.String(length=500), nullable=False),
        sa.Column("failed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("discrepancy", sa.String(length=500), nullable=True),
        sa.Column("checked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_how", sa.String(length=300), nullable=True),
        sa.Column("told_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(told_at IS NULL) = (told_by_id IS NULL)", name=op.f("ck_letter_receipt_told_by_somebody")
        ),
        sa.CheckConstraint(
            "told_at IS NULL OR discrepancy IS NOT NULL", name=op.f("ck_letter_receipt_told_of_something")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["staff.id"], name=op.f("fk_letter_receipt_checked_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_letter_receipt_letter_id_letter")
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["staff.id"], name=op.f("fk_letter_receipt_told_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letter_receipt")),
    )
    op.create_table(
        "letter_scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by_id IS NULL)", name=op.f("ck_letter_scan_removed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["staff.id"], name=op.f("fk_letter_scan_added_by_id_staff")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_scan_letter_id_letter")),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["staff.id"], name=op.f("fk_letter_scan_removed_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_scan")),
    )
    op.create_index("ix_letter_scan_letter_id", "letter_scan", ["letter_id"], unique=False)

    op.create_table(
        "reply_letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "sent",
                name="reply_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("drafted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_how", sa.String(length=200), nullable=True),
        sa.Column("sent_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_on IS NOT NULL) AND (sent_on IS NULL) = (sent_by_id IS NULL)",
            name=op.f("ck_reply_letter_sent_has_date"),
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'sent')) = (number IS NOT NULL) AND (number IS NULL) = (digest IS NULL) AND (number IS NULL) = (approved_by_id IS NULL) AND (number IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_reply_letter_approved_has_number"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drafted_by_id",
            name=op.f("ck_reply_letter_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff.id"], name=op.f("fk_reply_letter_approved_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["staff.id"], name=op.f("fk_reply_letter_drafted_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_reply_letter_letter_id_letter")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["staff.id"], name=op.f("fk_reply_letter_sent_by_id_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_reply_letter_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_reply_letter_number")),
    )
    op.create_index("ix_reply_letter_letter_id", "reply_letter", ["letter_id"], unique=False)
    op.create_index("ix_reply_letter_ticket_id", "reply_letter", ["ticket_id"], unique=False)

    op.create_table(
        "entry_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "name",
                "address",
                "received_at",
                "summary",
                "letter_class",
                "written_on",
                "sender_number",
                "copies",
                "envelope_number",
                "postmark",
                "secrecy",
                "visitor_count",
                "companions",
                "people_concerned",
                "is_first_visit",
                name="entry_field",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("became", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("corrected_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_entry_correction_reason_given")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_entry_correction_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["staff.id"], name=op.f("fk_entry_correction_corrected_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_correction")),
    )
    op.create_index("ix_entry_correction_contact_id", "entry_correction", ["contact_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    for table in (
        "entry_correction",
        "paper_item",
        "reply_letter",
        "letter_scan",
        "letter_receipt",
        "letter_hand_over",
        "letter_decision",
    ):
        op.drop_table(table)
    for column in ("earlier_id", "sender_digest", "sender_number"):
        op.drop_index(f"ix_letter_{column}", "letter")
    with op.batch_alter_table("letter") as letter:
        for column in ("earlier_id", "sender_digest", "postmark", "secrecy", "sender_number"):
            letter.drop_column(column)
