"""Sentences typed by an abbreviation: those of the profile's scripts, and each person's own."""

import re
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.categories import catalogue
from hotline.categories.desk import Script
from hotline.contacts.written import cleaned
from hotline.db import Base, BigId, session
from hotline.errors import HotlineError, NotFoundError
from hotline.people.models import Staff
from hotline.wording import N_, in_both, say

PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")
CALLER = "caller"
OF_A_MATTER = ("ticket", "deadline", "department")
PLACEHOLDERS = ("number", CALLER, *OF_A_MATTER)
"""What a sentence may leave to be filled in: the staff number, how the caller is addressed, the matter's."""

ABBREVIATION = re.compile(r"[a-z0-9]{1,12}")
SIR_OR_MADAM = N_("Sir or Madam")
"""How a caller is addressed whose name is not known."""
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


class PlaceholderError(HotlineError):
    """Only what is known can be filled in."""

    sentence = N_("“%(name)s” cannot be filled in. There are: %(names)s.")
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
    """Return every sentence `person` can type while a contact is taken, by its abbreviation.

    One's own goes before the profile's. The staff number is filled in (A3.11); how the caller is addressed
    is left to the page, which knows the name typed; what needs a ticket is told later (`about_matter`).
    """
    values = {"number": person.number, CALLER: f"%({CALLER})s"}
    filled = ((code, fill(text, values)) for code, text in _texts(person).items())
    return {code: text for code, text in filled if text is not None}


def scripts_for(person: Staff) -> list[tuple[Script, str]]:
    """Return the profile's sentences that can be said while a contact is taken, filled in for `person`."""
    values = {"number": person.number, CALLER: say(SIR_OR_MADAM)}
    filled = ((one, fill(in_both(one.text), values)) for one in catalogue.desk().scripts)
    return [(one, text) for one, text in filled if text is not None]


def about_matter(person: Staff, values: Mapping[str, str | None]) -> list[str]:
    """Return the sentences that tell a caller of their ticket, filled in; `values` by `PLACEHOLDERS`."""
    known = {"number": person.number, CALLER: say(SIR_OR_MADAM)}
    known |= {name: value for name, value in values.items() if value}
    texts = [text for text in _texts(person).values() if set(PLACEHOLDER.findall(text)) & set(OF_A_MATTER)]
    return [text for text in (fill(one, known) for one in texts) if text is not None]


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return `text` with its places filled in, or None where something for it is not known."""
    if not set(PLACEHOLDER.findall(text)) <= values.keys():
        return None
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _texts(person: Staff) -> dict[str, str]:
    scripts = catalogue.desk().scripts
    shared = {one.abbreviation: in_both(one.text) for one in scripts if one.abbreviation}
    return shared | {one.abbreviation: one.words for one in own(person)}


def keep(person: Staff, abbreviation: str, words: str) -> OwnPhrase:
    """Put a sentence on a person's own list; the same abbreviation again replaces it.

    Raises `AbbreviationError`, `PhraseEmptyError`, `PlaceholderError`, `TooManyPhrasesError`.
    """
    abbreviation = abbreviation.strip().lower().removeprefix(";")
    words = cleaned(words)
    if not ABBREVIATION.fullmatch(abbreviation):
        raise AbbreviationError
    if not words or len(words) > LONGEST:
        raise PhraseEmptyError(most=LONGEST)
    for name in PLACEHOLDER.findall(words):
        if name not in PLACEHOLDERS:
            raise PlaceholderError(name=f"%({name})s", names=", ".join(f"%({one})s" for one in PLACEHOLDERS))
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
