"""Sentences typed by an abbreviation: those of the profile's scripts, and each person's own."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.categories import catalogue
from hotline.contacts.written import cleaned
from hotline.db import Base, BigId, session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.wording import N_, in_both

ABBREVIATION = re.compile(r"[a-z0-9]{1,12}")
LONGEST = 500
MOST_OWN = 100


class OwnPhrase(Base):
    """One sentence of one person's own list."""

    __tablename__ = "own_phrase"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    abbreviation: Mapped[str] = mapped_column(sa.String(12))
    words: Mapped[str] = mapped_column(sa.String(LONGEST))

    __table_args__ = (sa.UniqueConstraint("staff_id", "abbreviation", name="abbreviation_once_per_person"),)


class AbbreviationError(HotlineError):
    """An abbreviation is a few letters that are typed without thinking."""

    sentence = N_("An abbreviation is 1 to 12 small letters or digits, such as qs.")
    field = "abbreviation"


class PhraseEmptyError(HotlineError):
    """An abbreviation stands for something."""

    sentence = N_("Write the sentence the abbreviation stands for, at most %(most)s characters.")
    field = "words"


class TooManyPhrasesError(HotlineError):
    """A list nobody can remember helps nobody."""

    sentence = N_("Your list has %(most)s sentences already. Remove one first.")
    field = "abbreviation"


def own(person: Staff) -> list[OwnPhrase]:
    """Return a person's own sentences in the order of their abbreviations."""
    return list(
        session.scalars(
            sa.select(OwnPhrase).where(OwnPhrase.staff_id == person.id).order_by(OwnPhrase.abbreviation)
        )
    )


def known_to(person: Staff) -> dict[str, str]:
    """Return every sentence `person` can type by its abbreviation; one's own goes before the profile's.

    `%(number)s` in a script is the person's staff number (A3.11).
    """
    shared = {
        script.abbreviation: in_both(script.text).replace("%(number)s", person.number)
        for script in catalogue.desk().scripts
        if script.abbreviation
    }
    return shared | {one.abbreviation: one.words for one in own(person)}


def keep(person: Staff, abbreviation: str, words: str) -> OwnPhrase:
    """Put a sentence on a person's own list; the same abbreviation again replaces it.

    Raises `AbbreviationError`, `PhraseEmptyError`, `TooManyPhrasesError`.
    """
    abbreviation = abbreviation.strip().lower().removeprefix(";")
    words = cleaned(words)
    if not ABBREVIATION.fullmatch(abbreviation):
        raise AbbreviationError
    if not words or len(words) > LONGEST:
        raise PhraseEmptyError(most=LONGEST)
    mine = own(person)
    found = next((one for one in mine if one.abbreviation == abbreviation), None)
    if found is None:
        if len(mine) >= MOST_OWN:
            raise TooManyPhrasesError(most=MOST_OWN)
        found = OwnPhrase(staff_id=person.id, abbreviation=abbreviation)
        session.add(found)
    found.words = words
    session.flush()
    return found


def remove(person: Staff, phrase_id: int) -> None:
    """Take a sentence off a person's own list. Raises `NotFoundError`."""
    found = session.get(OwnPhrase, phrase_id)
    if found is None or found.staff_id != person.id:
        raise NotFoundError
    session.delete(found)
    session.flush()
