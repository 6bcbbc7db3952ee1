"""What a loaded profile leaves in the database. Old policies stay: stored deadlines refer to them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, Json, JsonOrNull
from hotline.people.models import Department


class Profile(Base):
    """A profile that was loaded; the one that is current rules."""

    __tablename__ = "profile"
    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        # Two current profiles would be two sets of rules.
        sa.Index(
            "uq_profile_is_current",
            "is_current",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
    )

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int]
    """Rises with every change of the rules, across all profiles."""
    stamp: Mapped[str] = mapped_column(sa.String(32))
    """Another one after every change: what processes compare their copy of the rules by."""
    is_current: Mapped[bool]
    loaded_at: Mapped[dt.datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    """The desk's settings as written, and the codes of the departments the profile brought."""


class Category(Base):
    """A kind of matter (咨询, 求助, …)."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)

    policies: Mapped[list["CategoryPolicy"]] = relationship(
        back_populates="category", order_by="CategoryPolicy.version"
    )


class CategoryPolicy(Base):
    """One version of a category's policy."""

    __tablename__ = "category_policy"
    __table_args__ = (
        sa.UniqueConstraint("category_code", "version"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
    )

    id: Mapped[BigId]
    category_code: Mapped[str] = mapped_column(sa.ForeignKey("category.code"))
    version: Mapped[int]
    profile_code: Mapped[str] = mapped_column(sa.String(40))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(sa.String(64))
    loaded_at: Mapped[dt.datetime]

    category: Mapped[Category] = relationship(back_populates="policies")


class CodeList(Base):
    """A closed list that forms choose from."""

    __tablename__ = "code_list"

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)


class CodeItem(Base):
    """One entry of a code list."""

    __tablename__ = "code_item"
    __table_args__ = (
        sa.UniqueConstraint("list_code", "code"),
        sa.CheckConstraint("parent_code IS NULL OR parent_code <> code", name="is_not_its_own_parent"),
    )

    id: Mapped[BigId]
    list_code: Mapped[str] = mapped_column(sa.ForeignKey("code_list.code"))
    code: Mapped[str] = mapped_column(sa.String(40))
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    parent_code: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)


class ContentClass(Base):
    """One entry of the content classification, two digits of its code per level."""

    __tablename__ = "content_class"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="has_three_levels"),
        sa.CheckConstraint("length(code) = 2 * level", name="code_has_two_digits_per_level"),
        sa.CheckConstraint("(level = 1) = (parent_code IS NULL)", name="all_but_the_top_have_a_parent"),
    )

    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(Json)
    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("content_class.code"), index=True)
    initials: Mapped[str] = mapped_column(sa.String(60))
    """First letters of the pinyin, so that an operator types `sgtc` for 事故停车."""
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)


class RoutingRule(Base):
    """One rule of the dispatch catalogue (派单目录): what goes to which department."""

    __tablename__ = "routing_rule"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), index=True)
    category_code: Mapped[str | None] = mapped_column(sa.ForeignKey("category.code"))
    content_class: Mapped[str | None] = mapped_column(sa.String(6))
    """A class or the beginning of one."""
    place: Mapped[str | None] = mapped_column(sa.String(100))
    """The beginning of a place."""
    words: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Any of these in the text."""
    note: Mapped[dict[str, Any]] = mapped_column(Json)
    position: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_from_profile: Mapped[bool] = mapped_column(default=True)
    """False for a rule an administrator made: loading a profile leaves it alone."""

    department: Mapped[Department] = relationship(lazy="joined")
