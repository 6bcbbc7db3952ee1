"""Requesters who are always called back, whatever the sample says (A8.9)."""

import datetime as dt

import sqlalchemy as sa

from hotline.callbacks.review_models import CallbackTag
from hotline.categories import catalogue
from hotline.contacts.models import Requester
from hotline.db import session
from hotline.people.models import Staff

CODE_LIST = "requester_tag"


def give(requester: Requester, tag: str, *, by: Staff, now: dt.datetime) -> None:
    """Mark a requester. Raises `UnknownCodeError` for a tag that the profile does not know."""
    catalogue.code_item(CODE_LIST, tag)
    if tag not in of(requester):
        session.add(CallbackTag(requester=requester, tag=tag, given_by=by, given_at=now))
        session.flush()


def take_away(requester: Requester, tag: str) -> None:
    """Take a mark away again."""
    session.execute(
        sa.delete(CallbackTag).where(CallbackTag.requester_id == requester.id, CallbackTag.tag == tag)
    )


def of(requester: Requester) -> set[str]:
    """Return the marks of a requester."""
    return set(session.scalars(sa.select(CallbackTag.tag).where(CallbackTag.requester_id == requester.id)))


def must_be_called(requester: Requester | None) -> bool:
    """Tell whether the profile wants this requester called back every time."""
    return requester is not None and not of(requester).isdisjoint(catalogue.desk().callbacks.must_call)
