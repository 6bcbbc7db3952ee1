"""The tables of the search index: ordinary rows, so that an article and its index change together."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigInt


class SearchState(Base):
    """How much is indexed: one row, which also lets one writer at a time change the postings."""

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_count: Mapped[int] = mapped_column(BigInt)
    length_sum: Mapped[int] = mapped_column(BigInt)


class SearchEntry(Base):
    """One indexed article, as the second look needs it and as the next change undoes it."""

    __tablename__ = "search_entry"

    article_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    length: Mapped[int]
    """How much the article says, in thousandths of the rarest term."""
    terms: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """The keys it is posted under in order, four bytes each, then what each weighs, one byte each."""
    characters: Mapped[str] = mapped_column(sa.Text)
    """The Chinese characters it holds, each once."""
    weights: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """What each of `characters` weighs, one byte each."""


class SearchPosting(Base):
    """The articles of one block that hold one term: their offsets, two bytes each, then weights of one.

    A row per article and term would be simpler, but takes several times the room, and the database
    longer to add up than Python takes to read these (docs/knowledge-search.md).
    """

    __tablename__ = "search_posting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pairs: Mapped[bytes] = mapped_column(sa.LargeBinary)


class SearchTerm(Base):
    """In how many articles a term or a single character occurs."""

    __tablename__ = "search_term"

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class SearchAdoption(Base):
    """How many people cited an article for questions that hold a term: what operators teach the search."""

    __tablename__ = "search_adoption"

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    count: Mapped[int]


class SearchLesson(Base):
    """Who cited an article for a question that holds a term, so that each person counts once."""

    __tablename__ = "search_lesson"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
