"""retention and sign in

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hotline.migrations.closed_lists import let_hold

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    let_hold(
        "journal_line",
        "act",
        [
            "signed_in",
            "sign_in_refused",
            "signed_out",
            "session_ended",
            "second_factor_set",
            "second_factor_removed",
            "recovery_code_used",
            "added",
            "changed",
            "removed",
            "export_asked",
            "export_fetched",
            "printed",
            "file_fetched",
            "key_rotated",
            "prepared",
            "approved",
            "refused",
            "signed",
            "destroyed",
            "handed_out",
        ],
        name="ck_journal_line_act",
    )
    let_hold(
        "journal_line",
        "subject",
        [
            "staff",
            "department",
            "profile",
            "category",
            "policy",
            "code_list",
            "code_item",
            "content_class",
            "route",
            "calendar",
            "export",
            "ticket",
            "notice",
            "report",
            "service",
            "destruction",
            "data_request",
            "entry",
        ],
        name="ck_journal_line_subject",
    )
    sights = ["page", "order", "file", "review", "callback", "caller", "refused", "list"]
    let_hold("viewing", "sight", sights, name="ck_viewing_sight")
    op.create_table(
        "erased_row",
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column(
            "row_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("stream", "row_id", name=op.f("pk_erased_row")),
    )
    op.create_table(
        "list_viewing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("numbers", sa.String(length=4000), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_list_viewing_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_viewing")),
    )
    with op.batch_alter_table("list_viewing", schema=None) as batch_op:
        batch_op.create_index("ix_list_viewing_staff", ["staff_id", "viewed_at"], unique=False)
        batch_op.create_index("ix_list_viewing_viewed", ["viewed_at", "id"], unique=False)

    op.create_table(
        "retention_record",
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "retention",
            sa.Enum(
                "permanent",
                "years_30",
                "years_10",
                "none",
                name="retention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("person_data_until", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_number", sa.String(length=40), nullable=True),
        sa.Column("filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("person_data_erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(retention = 'permanent') = (keep_until IS NULL)",
            name=op.f("ck_retention_record_permanent_has_no_end"),
        ),
        sa.CheckConstraint(
            "destroyed_at IS NULL OR retention <> 'permanent'",
            name=op.f("ck_retention_record_permanent_stays"),
        ),
        sa.CheckConstraint(
            "(file_number IS NULL) = (filed_by_id IS NULL) AND (file_number IS NULL) = (filed_on IS NULL)",
            name=op.f("ck_retention_record_filed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["staff.id"], name=op.f("fk_retention_record_filed_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["staff.id"], name=op.f("fk_retention_record_set_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_retention_record_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_retention_record")),
        sa.UniqueConstraint("file_number", name=op.f("uq_retention_record_file_number")),
    )
    with op.batch_alter_table("retention_record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_retention_record_due",
            ["keep_until", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("destroyed_at IS NULL"),
            postgresql_where=sa.text("destroyed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_retention_record_person_due",
            ["person_data_until", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("person_data_erased_at IS NULL"),
            postgresql_where=sa.text("person_data_erased_at IS NULL"),
        )
        batch_op.create_index(
            "ix_retention_record_unfiled",
            ["ended_on", "ticket_id"],
            unique=False,
            sqlite_where=sa.text("filed_on IS NULL"),
            postgresql_where=sa.text("filed_on IS NULL"),
        )

    op.create_table(
        "destruction_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "matters",
                "contacts",
                "person_data",
                name="destruction_scope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "approved",
                "refused",
                "carried_out",
                name="destruction_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("prepared_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=300), nullable=True),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("certificate_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'carried_out') = (carried_out_at IS NOT NULL) AND (state = 'carried_out') = (certificate IS NOT NULL) AND (state = 'carried_out') = (certificate_digest IS NOT NULL)",
            name=op.f("ck_destruction_batch_carried_out_has_certificate"),
        ),
        sa.CheckConstraint(
            "(state = 'prepared') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_destruction_batch_decided_by_somebody"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_destruction_batch_reason_given")),
        sa.CheckConstraint(
            "prepared_by_id <> decided_by_id", name=op.f("ck_destruction_batch_decided_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_destruction_batch_decided_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["staff.id"], name=op.f("fk_destruction_batch_prepared_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_destruction_batch_number")),
    )
    op.create_table(
        "destruction_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "retention",
            sa.Enum(
                "permanent",
                "years_30",
                "years_10",
                "none",
                name="item_retention",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(ticket_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_destruction_item_ticket_or_contact")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["destruction_batch.id"],
            name=op.f("fk_destruction_item_batch_id_destruction_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_destruction_item_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_destruction_item_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_item")),
        sa.UniqueConstraint("batch_id", "contact_id", name="contact_once_in_batch"),
        sa.UniqueConstraint("batch_id", "ticket_id", name="ticket_once_in_batch"),
    )
    with op.batch_alter_table("destruction_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_destruction_item_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_destruction_item_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "destruction_witness",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["destruction_batch.id"],
            name=op.f("fk_destruction_witness_batch_id_destruction_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_destruction_witness_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("batch_id", "staff_id", name=op.f("pk_destruction_witness")),
    )
    op.create_table(
        "data_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("requester_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "asked",
            sa.Enum(
                "copy", "erasure", name="data_asked", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("identity_check", sa.String(length=300), nullable=False),
        sa.Column("received_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "granted",
                "partly",
                "refused",
                name="data_request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grounds", sa.String(length=1000), nullable=True),
        sa.Column("refused", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL) AND (state = 'open') = (grounds IS NULL)",
            name=op.f("ck_data_request_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "asked = 'copy' OR received_by_id <> decided_by_id",
            name=op.f("ck_data_request_erasure_decided_by_another"),
        ),
        sa.CheckConstraint("identity_check <> ''", name=op.f("ck_data_request_identity_checked")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_data_request_decided_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["staff.id"], name=op.f("fk_data_request_received_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["requester.id"], name=op.f("fk_data_request_requester_id_requester")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("number", name=op.f("uq_data_request_number")),
    )
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_requester_id"), ["requester_id"], unique=False)
        batch_op.create_index("ix_data_request_state_due", ["state", "due_on"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_table("destruction_witness")
    op.drop_table("destruction_item")
    op.drop_table("destruction_batch")
    op.drop_table("data_request")
    op.drop_table("retention_record")
    op.drop_table("list_viewing")
    op.drop_table("erased_row")
