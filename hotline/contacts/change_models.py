"""What was changed in a requester's data, by whom: the old value stays readable, sealed as the new one."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.contacts.models import Requester
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class RequesterField(Labelled):
    """What can be changed."""

    NAME = "name", N_("Name")
    ADDRESS = "address", N_("Address")
    PHONE = "phone", N_("Further number")


class RequesterChange(Base):
    """One change of a requester's data; never altered."""

    __tablename__ = "requester_change"

    id: Mapped[BigId]
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    field: Mapped[RequesterField] = mapped_column(stored_as("requester_field", RequesterField))
    was: Mapped[str | None] = mapped_column(SealedText)
    became: Mapped[str] = mapped_column(SealedText)
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    changed_at: Mapped[dt.datetime]

    requester: Mapped[Requester] = relationship()
    changed_by: Mapped[Staff] = relationship()
