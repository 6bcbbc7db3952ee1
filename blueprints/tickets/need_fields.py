"""The fields for what a category wants on record: put into a form only as far as the ticket lacks it."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, SelectField
from wtforms.validators import InputRequired

from blueprints.tickets.forms import NOBODY, ActForm, codes, text_field
from hotline.categories.terms import CHOSEN_FROM, ClosingNeed
from hotline.db import utc_now
from hotline.dispatch.actions import Standing
from hotline.tickets import closing_needs
from hotline.tickets.closing_needs import Fact
from hotline.wording import LOCAL_ZONE

Need = ClosingNeed

WORDS: Mapping[ClosingNeed, tuple[str, str]] = MappingProxyType(
    {
        Need.CAUSE_RECORDED: (
            _l("Who is responsible, and what was done about it"),
            _l("Say who is responsible, and what was done about it."),
        ),
        Need.ADOPTION_DECIDED: (_l("Reason for that decision"), _l("Say why it is adopted or not.")),
        Need.COMPLETION_NOTED: (_l("Brief result"), _l("Write the result in a few words.")),
        Need.PRICE_CONSENTED: (
            _l("Price agreed, and who signed"),
            _l("Write the price agreed and who signed for it."),
        ),
        Need.PHONE_DISPATCH_RECORDED: (
            _l("Who was phoned, and what was agreed"),
            _l("Write who was phoned and what was agreed."),
        ),
        Need.ORIGINAL_POSTED: (
            _l("Where the original was posted"),
            _l("Write where the original was posted."),
        ),
        Need.COPY_POSTED: (_l("Where the copy was posted"), _l("Write where the copy was posted.")),
        Need.MESSAGE_DELIVERED: (_l("Who got the message"), _l("Write who got the message.")),
        Need.ROUTE_TOLD: (_l("Where the caller was sent"), _l("Write where the caller was sent.")),
    }
)
"""What each is called on a form, and what is said where it was left out."""

CHOICES: Mapping[ClosingNeed, tuple[str, str]] = MappingProxyType(
    {
        Need.CAUSE_RECORDED: (_l("Cause of the complaint"), _l("Choose the cause.")),
        Need.ADOPTION_DECIDED: (_l("Adopted or not"), _l("Choose whether it is adopted.")),
    }
)

MOMENTS: Mapping[ClosingNeed, str] = MappingProxyType(
    {
        Need.PHONE_DISPATCH_RECORDED: _l("Phoned at"),
        Need.COMPLETION_NOTED: _l("Completed at"),
        Need.ORIGINAL_POSTED: _l("Original posted at"),
        Need.COPY_POSTED: _l("Copy posted at"),
        Need.MESSAGE_DELIVERED: _l("Delivered at"),
    }
)


def _fields(need: ClosingNeed) -> Iterator[tuple[str, Field]]:
    if need in CHOICES:
        label, said = CHOICES[need]
        yield f"{need}_choice", SelectField(label, validators=[InputRequired(said)])
    if need in MOMENTS:
        asked = InputRequired(_l("Say when that was."))
        yield f"{need}_when", DateTimeLocalField(MOMENTS[need], validators=[asked])
    label, said = WORDS[need]
    yield f"{need}_words", text_field(label, said, rows=2, longest=1000)


class NeedsForm(ActForm):
    """A form that may also ask for what the category wants on record."""

    asked: tuple[ClosingNeed, ...] = ()

    def ask(self, at: Standing, among: Collection[ClosingNeed]) -> None:
        """Keep the fields of what is not on record yet, behind the form's own, and drop the others."""
        self.asked = tuple(one for one in closing_needs.missing(at.ticket, among) if one in WORDS)
        for need in WORDS:
            for name in (f"{need}_choice", f"{need}_when", f"{need}_words"):
                if name in self._fields:
                    kept = self._fields.pop(name)
                    if need in self.asked:
                        self._fields[name] = kept
        for need in self.asked:
            if need in CHOICES:
                self[f"{need}_choice"].choices = [NOBODY, *codes(CHOSEN_FROM[need])]
            if need in MOMENTS and self.is_fresh():
                self[f"{need}_when"].data = utc_now().astimezone(LOCAL_ZONE)

    def facts(self) -> list[Fact]:
        """Return what was filled in."""
        return [
            Fact(
                need=need,
                words=self[f"{need}_words"].data,
                choice=self[f"{need}_choice"].data if need in CHOICES else None,
                happened_at=self._moment(need) if need in MOMENTS else None,
            )
            for need in self.asked
        ]

    def _moment(self, need: ClosingNeed) -> dt.datetime:
        typed: dt.datetime = self[f"{need}_when"].data
        return typed.replace(tzinfo=LOCAL_ZONE)


for _need in WORDS:
    for _name, _field in _fields(_need):
        setattr(NeedsForm, _name, _field)
