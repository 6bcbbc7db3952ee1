"""reception and roster

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stand_in_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_absence_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL)", name=op.f("ck_absence_decision_has_time")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> staff_id", name=op.f("ck_absence_not_ones_own")
        ),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_absence_runs_forward")),
        sa.CheckConstraint("staff_id <> stand_in_id", name=op.f("ck_absence_two_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_absence_asked_by_id_staff")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_absence_decided_by_id_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absence_staff_id_staff")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["staff.id"], name=op.f("fk_absence_stand_in_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_absence_in_force",
            ["staff_id", "until_at"],
            unique=False,
            sqlite_where=sa.text("is_approved IS 1 AND cancelled_at IS NULL"),
            postgresql_where=sa.text("is_approved IS true AND cancelled_at IS NULL"),
        )
        batch_op.create_index("ix_absence_stand_in", ["stand_in_id", "until_at"], unique=False)
        batch_op.create_index("ix_absence_until", ["until_at"], unique=False)

    op.create_table(
        "duty",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arranged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["arranged_by_id"], ["staff.id"], name=op.f("fk_duty_arranged_by_id_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_duty_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("day", "slot", "staff_id", name="once_a_shift"),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "qualification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.String(length=100), nullable=False),
        sa.Column("course_ended_on", sa.Date(), nullable=False),
        sa.Column(
            "exam",
            sa.Enum(
                "written",
                "oral",
                "practical",
                name="exam",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("within_days", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "passed",
                "failed",
                "late",
                "not_counted",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("paper_filed", sa.String(length=100), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because IS NULL)",
            name=op.f("ck_qualification_withdrawal_explained"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_qualification_withdrawn_by_somebody"),
        ),
        sa.CheckConstraint("score >= 0", name=op.f("ck_qualification_score_not_negative")),
        sa.CheckConstraint("taken_on >= course_ended_on", name=op.f("ck_qualification_course_first")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff.id"], name=op.f("fk_qualification_recorded_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_qualification_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["staff.id"], name=op.f("fk_qualification_withdrawn_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qualification_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "book_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register_number", sa.String(length=20), nullable=False),
        sa.Column("page", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "weight",
            sa.Enum(
                "important",
                "concentrated",
                "constructive",
                name="weight",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reported_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_book_entry_answer_has_time")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_book_entry_answered_by_somebody"),
        ),
        sa.CheckConstraint(
            "(reported_at IS NULL) = (reported_by_id IS NULL)",
            name=op.f("ck_book_entry_reported_by_somebody"),
        ),
        sa.CheckConstraint(
            "(weight IS NULL) = (reported_at IS NULL)", name=op.f("ck_book_entry_report_has_weight")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_book_entry_answered_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["id"], ["contact.id"], name=op.f("fk_book_entry_id_contact")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["staff.id"], name=op.f("fk_book_entry_reported_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_entry")),
        sa.UniqueConstraint("register_number", name=op.f("uq_book_entry_register_number")),
    )
    with op.batch_alter_table("book_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_book_entry_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.create_table(
        "hall_service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("broken_off", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (finished_by_id IS NULL)",
            name=op.f("ck_hall_service_finished_by_somebody"),
        ),
        sa.CheckConstraint(
            "broken_off IS NULL OR finished_at IS NOT NULL", name=op.f("ck_hall_service_broken_off_has_time")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_hall_service_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["finished_by_id"], ["staff.id"], name=op.f("fk_hall_service_finished_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_service")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_hall_service_contact_id")),
        sa.UniqueConstraint("number", name=op.f("uq_hall_service_number")),
    )
    with op.batch_alter_table("hall_service", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hall_service_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.create_index("ix_hall_service_opened", ["opened_at"], unique=False)

    op.create_table(
        "host_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "level",
            sa.Enum("a", "b", "c", name="level", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "arrived",
                "received",
                "absent",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invite_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('received', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_host_visit_end_timed"),
        ),
        sa.CheckConstraint(
            "state <> 'absent' OR invite_by IS NOT NULL", name=op.f("ck_host_visit_absent_host_owes")
        ),
        sa.CheckConstraint(
            "state <> 'absent' OR phone IS NOT NULL", name=op.f("ck_host_visit_slip_has_phone")
        ),
        sa.CheckConstraint(
            "state NOT IN ('arrived', 'received') OR arrived_at IS NOT NULL", name=op.f("ck_host_visit_came")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_host_visit_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff.id"], name=op.f("fk_host_visit_created_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["staff.id"], name=op.f("fk_host_visit_host_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_visit")),
    )
    with op.batch_alter_table("host_visit", schema=None) as batch_op:
        batch_op.create_index("ix_host_visit_created", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_host_visit_open",
            ["host_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "urgent_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reported_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(seen_at IS NULL) = (seen_by_id IS NULL)", name=op.f("ck_urgent_report_seen_by_somebody")
        ),
        sa.CheckConstraint(
            "instruction IS NULL OR seen_at IS NOT NULL", name=op.f("ck_urgent_report_instruction_has_time")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_urgent_report_contact_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["staff.id"], name=op.f("fk_urgent_report_reported_by_id_staff")
        ),
        sa.ForeignKeyConstraint(["seen_by_id"], ["staff.id"], name=op.f("fk_urgent_report_seen_by_id_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_urgent_report_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_report")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_urgent_report_ticket_id")),
    )
    with op.batch_alter_table("urgent_report", schema=None) as batch_op:
        batch_op.create_index("ix_urgent_report_reported", ["reported_at"], unique=False)

    op.add_column("visit", sa.Column("born_on", sa.Text(), nullable=True))
    op.add_column("visit", sa.Column("sex", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("visit", "sex")
    op.drop_column("visit", "born_on")
    for table in (
        "urgent_report",
        "host_visit",
        "hall_service",
        "book_entry",
        "qualification",
        "duty",
        "absence",
    ):
        op.drop_table(table)
