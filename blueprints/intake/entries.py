"""Register entries corrected after they were saved: the forms, and the corrections in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Length, Optional

from blueprints.intake import choices
from blueprints.intake.forms import TOO_LONG, count, moment, moment_of, text
from hotline.contacts import correcting
from hotline.contacts.correction_models import EntryCorrection, EntryField
from hotline.contacts.models import Contact, Letter, Visit
from hotline.contacts.written import LONGEST_CONTENT, LONGEST_TITLE, cleaned, one_line
from hotline.letters import deciding, rights
from hotline.wording import LOCAL_ZONE, N_, in_words, say

F = EntryField


class EntryForm(FlaskForm):
    """What every entry says."""

    name = text(_l("Name"), 60)
    address = text(_l("Address"), 200)
    received_at = moment(_l("Received at"))
    title = StringField(
        _l("Matter in brief"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Write down in a few words what this is about.")),
            Length(max=LONGEST_TITLE, message=TOO_LONG),
        ],
    )
    content = TextAreaField(
        _l("Details"), filters=[cleaned], validators=[Length(max=LONGEST_CONTENT, message=TOO_LONG)]
    )
    reason = text(_l("Why it is corrected"), correcting.LONGEST_REASON)

    def values(self) -> Mapping[EntryField, Any]:
        """Return what the entry shall say."""
        return {
            F.NAME: self.name.data,
            F.ADDRESS: self.address.data,
            F.RECEIVED_AT: moment_of(self.received_at.data),
            F.SUMMARY: f"{self.title.data}\n{self.content.data}" if self.content.data else self.title.data,
        }


class LetterEntryForm(EntryForm):
    """What the letter register says."""

    letter_class = SelectField(_l("Class of letter"))
    written_on = DateField(_l("Written on"), validators=[Optional()])
    sender_number = text(_l("Number on the letter"), 60)
    copies = count(_l("Copies"))
    envelope_number = text(_l("Envelope number"), 40)
    postmark = text(_l("Postmark: place and date"), 60)
    secrecy = SelectField(_l("Secrecy level"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.letter_class.choices = choices.of_list("letter_class")[1:]
        self.secrecy.choices = choices.of_list("secrecy_level")

    @classmethod
    def of(cls, letter: Letter) -> "LetterEntryForm":
        """Return the form with what stands in the register now; the address is not shown."""
        return cls(
            formdata=None,
            **_common(letter),
            letter_class=letter.letter_class,
            written_on=letter.written_on,
            sender_number=letter.sender_number or "",
            copies=letter.copies,
            envelope_number=letter.envelope_number or "",
            postmark=letter.postmark or "",
            secrecy=letter.secrecy or "",
        )

    def values(self) -> Mapping[EntryField, Any]:
        return {
            **super().values(),
            F.LETTER_CLASS: self.letter_class.data,
            F.WRITTEN_ON: self.written_on.data,
            F.SENDER_NUMBER: self.sender_number.data or None,
            F.COPIES: self.copies.data or 1,
            F.ENVELOPE_NUMBER: self.envelope_number.data or None,
            F.POSTMARK: self.postmark.data or None,
            F.SECRECY: self.secrecy.data or None,
        }


class VisitEntryForm(EntryForm):
    """What the reception register says."""

    visitor_count = count(_l("Visitors"))
    companions = TextAreaField(
        _l("Companions or representatives, one a line"),
        filters=[cleaned],
        validators=[Length(max=2000, message=TOO_LONG)],
    )
    people_concerned = count(_l("People concerned"))
    is_first_visit = BooleanField(_l("First visit about this matter"))

    @classmethod
    def of(cls, visit: Visit) -> "VisitEntryForm":
        """Return the form with what stands in the register now; the address is not shown."""
        return cls(
            formdata=None,
            **_common(visit),
            visitor_count=visit.visitor_count,
            companions=visit.companions or "",
            people_concerned=visit.people_concerned,
            is_first_visit=visit.is_first_visit,
        )

    def values(self) -> Mapping[EntryField, Any]:
        lines = (one_line(line) for line in (self.companions.data or "").splitlines())
        return {
            **super().values(),
            F.VISITOR_COUNT: self.visitor_count.data or 1,
            F.COMPANIONS: "\n".join(line for line in lines if line) or None,
            F.PEOPLE_CONCERNED: self.people_concerned.data,
            F.FIRST_VISIT: bool(self.is_first_visit.data),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """One correction in words."""

    made: EntryCorrection
    was: str
    became: str


def told(contact: Contact) -> Iterator[Told]:
    """Yield what was corrected in an entry, the newest first."""
    for one in correcting.of(contact):
        yield Told(one, _words(one.field, one.was), _words(one.field, one.became))


def _words(field: EntryField, value: str | None) -> str:
    match field:
        case _ if value is None:
            return "–"
        case EntryField.ADDRESS:
            return say(N_("on record"))
        case EntryField.SECRECY:
            return in_words(rights.level_name(value))
        case EntryField.LETTER_CLASS:
            return in_words(deciding.class_name(value))
        case EntryField.FIRST_VISIT:
            return say(N_("Yes")) if value == "yes" else say(N_("No"))
        case _:
            return value


def _common(contact: Contact) -> dict[str, Any]:
    title, _, content = contact.summary.partition("\n")
    person = contact.requester
    return {
        "name": (person.name if person and not contact.is_anonymous else None) or "",
        "received_at": contact.received_at.astimezone(LOCAL_ZONE).replace(tzinfo=None),
        "title": title,
        "content": content,
    }
