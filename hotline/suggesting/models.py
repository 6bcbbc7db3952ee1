"""The table of trained models: each version with what it was trained on and how often it was right."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigId, stored_as
from hotline.wording import N_, Labelled


class Target(Labelled):
    """What a model suggests."""

    CONTENT_CLASS = "content_class", N_("Content class")
    DEPARTMENT = "department", N_("Department")


class SuggestionModel(Base):
    """One version of a trained model."""

    __tablename__ = "suggestion_model"
    __table_args__ = (sa.UniqueConstraint("target", "version"),)

    id: Mapped[BigId]
    target: Mapped[Target] = mapped_column(stored_as("suggestion_target", Target))
    version: Mapped[int]
    trained_at: Mapped[dt.datetime]
    matter_count: Mapped[int]
    label_count: Mapped[int]
    tested_count: Mapped[int]
    """How many matters, the newest, it was tried on before they were used for training too."""
    right_count: Mapped[int]
    """For how many of those the label it would have named first was the one they ended with."""
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
