"""Requesters: recognising who calls, and keeping what they told us."""

import datetime as dt

import sqlalchemy as sa

from hotline.contacts import merging, phones
from hotline.contacts.models import Contact, Requester, RequesterAddress, RequesterKind, RequesterPhone
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.sealing import seal


def get(requester_id: int) -> Requester:
    """Return a requester. Raises `NotFoundError`."""
    found = session.get(Requester, requester_id)
    if found is None:
        raise NotFoundError
    return found


def by_phone(text: str) -> list[Requester]:
    """Return the people known under a number, the one heard from last first, each once.

    A record that was joined to another is shown as that one. Raises `PhoneNotUnderstoodError`.
    """
    digests = seal().digests(phones.normalised(text))
    found = session.scalars(_UNDER_NUMBER, {"digests": digests})
    return list(dict.fromkeys(merging.survivor(one) for one in found))


_LAST_HEARD = (
    sa.select(sa.func.max(Contact.received_at)).where(Contact.requester_id == Requester.id).scalar_subquery()
)
_UNDER_NUMBER = (
    sa.select(Requester)
    .join(RequesterPhone)
    .where(RequesterPhone.digest.in_(sa.bindparam("digests", expanding=True)))
    .order_by(sa.nulls_last(_LAST_HEARD.desc()), Requester.id.desc())
    .limit(20)
)
"""Made once: making it takes as long as asking it."""


def remember(
    *, name: str | None, phone: str | None, address: str | None, kind: RequesterKind, now: dt.datetime
) -> Requester | None:
    """Return the requester for what a contact told us, known or new; `None` when nothing was told.

    The same number with the same name, or with no name, is the same person; another name on the same
    number (a household, an office) is another person. Raises `PhoneNotUnderstoodError`.
    """
    if not (name or phone or address):
        return None
    number = phones.normalised(phone) if phone else None
    known = by_phone(number) if number else []
    found = next((one for one in known if not name or not one.name or one.name == name), None)
    if found is None:
        found = Requester(kind=kind, name=name, address=address, created_at=now, phones=[])
        if number:
            add_phone(found, number)
        session.add(found)
    else:
        found.name = found.name or name
        if address:
            change_address(found, address)
    return found  # written with the contact that told us


def change_address(requester: Requester, address: str) -> None:
    """Make `address` the one used first; the one before stays among the further ones."""
    before, requester.address = requester.address, address
    requester.addresses = [one for one in requester.addresses if one.address != address]
    if before and before != address:
        add_address(requester, before)


def add_address(requester: Requester, address: str) -> None:
    """Keep a further address; one already there changes nothing."""
    known = {requester.address, *(one.address for one in requester.addresses)}
    if requester.address is None:
        requester.address = address
    elif address not in known:
        requester.addresses.insert(0, RequesterAddress(address=address))


def add_phone(requester: Requester, text: str) -> None:
    """Add a number to a requester; one already there changes nothing. Raises `PhoneNotUnderstoodError`."""
    number = phones.normalised(text)
    if any(phone.number == number for phone in requester.phones):
        return
    digest, last_four = hashes(number)
    requester.phones.append(RequesterPhone(number=number, digest=digest, last_four_digest=last_four))


def name_digests(name: str) -> tuple[str, ...]:
    """Return the keyed hashes by which the sender of a letter is found: the current key's first."""
    return seal().digests("".join(name.casefold().split()))


def hashes(number: str) -> tuple[str, str]:
    """Return the keyed hashes by which a number is found: whole, and by its last four digits."""
    return seal().digest(number), seal().digest(number.partition("-")[0][-4:])
