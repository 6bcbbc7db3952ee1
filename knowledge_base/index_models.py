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
    """One indexed article: its length, and the terms it is posted under, to undo them."""

    __tablename__ = "search_entry"

    article_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    length: Mapped[int]
    terms: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Eight bytes each, see `knowledge_base.tokens.key`."""


class SearchPosting(Base):
    """The articles of one block that hold one term: `count` pairs of article offset and weight.

    Articles are grouped into blocks by id. A row per article and term would be simpler, but takes five
    times the room and the database longer to add up than Python takes to read these (see
    docs/knowledge-search.md).
    """

    __tablename__ = "search_posting"

    term: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    pairs: Mapped[bytes] = mapped_column(sa.LargeBinary)


class SearchAdoption(Base):
    """How often articles were cited for questions that hold a term: what operators taught the search."""

    __tablename__ = "search_adoption"

    term: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id"), primary_key=True)
    count: Mapped[int]
