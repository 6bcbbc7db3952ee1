"""The forms of a call, a visit and a letter: what is asked, in the order it is asked."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from blueprints.intake import choices
from hotline.categories import catalogue
from hotline.categories.channels import Channel, IntakeField
from hotline.categories.policy import Policy
from hotline.categories.terms import Urgency
from hotline.contacts import closing, phones, requesters
from hotline.contacts.models import Requester
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.contacts.written import LONGEST_CONTENT, LONGEST_TITLE, cleaned, one_line
from hotline.wording import LOCAL_ZONE, N_, say

TOO_LONG = _l("This is too long: at most %(max)d characters.")
MISSING = N_("“%(category)s” needs this: %(field)s.")
THIRD_LEVEL = N_("Choose a class of the third level.")

HELD_BY: dict[IntakeField, str] = {
    IntakeField.REQUESTER_NAME: "name",
    IntakeField.FROM_WHOM: "name",
    IntakeField.CALLBACK_NUMBER: "phone",
    IntakeField.ADDRESS: "address",
    IntakeField.PLACE: "place",
    IntakeField.FACTS: "title",
    IntakeField.SUMMARY: "title",
    IntakeField.CALLER_WISH: "wish",
    IntakeField.TOLD_ROUTE: "redirect_target",
    IntakeField.CONTENT_CLASS: "content_class",
    IntakeField.VISITORS: "visitor_count",
    IntakeField.PURPOSE: "purpose",
    IntakeField.ID_TYPE: "id_type",
    IntakeField.ID_NUMBER: "id_number",
    IntakeField.COPIES: "copies",
    IntakeField.ENVELOPE_NUMBER: "envelope_number",
    IntakeField.SENDER_DOC_NUMBER: "sender_number",
    IntakeField.SECRECY_LEVEL: "secrecy",
    IntakeField.RECEIVED_ON: "received_at",
    IntakeField.SENDER: "name",
}
"""What a category asks for that every form of a channel has anyway; the rest are facts of their own."""

LONGEST_FACT = 2000


def text(label: Any, longest: int, **options: Any) -> StringField:
    return StringField(
        label, filters=[one_line], validators=[Length(max=longest, message=TOO_LONG)], **options
    )


def _fact(name: IntakeField) -> StringField:
    return text(_l(name.label), LONGEST_FACT)


class Choice(SelectField):
    """A select that knows a value it offers without making an object of each of some five hundred lines."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = SelectField.__name__  # by which templates know that it is to be filtered by typing

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not offered."""
        offered = self.choices.values() if isinstance(self.choices, dict) else (self.choices or (),)
        if not any(self.data == line[0] for group in offered for line in group):
            super().pre_validate(form)


class IntakeForm(FlaskForm):
    """What every contact is asked."""

    channel: Channel

    phone = text(_l("Phone"), 60)
    name = text(_l("Name"), 60)
    address = text(_l("Address"), 200)
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
    category = Choice(_l("Category"), default="")
    content_class = Choice(_l("Content class"), default="")
    urgency = Choice(_l("Urgency"), default=Urgency.NORMAL.value)
    place = text(_l("Place"), 200)
    wish = Choice(_l("Caller's wish"), default="")
    reply_wanted = BooleanField(_l("Reply wanted"), default=True)
    contact_refused = BooleanField(_l("Leaves no contact; explained to the caller"))
    readback = BooleanField(_l("Read-back confirmed"))
    revision_id = IntegerField(_l("Article"), validators=[Optional()])
    redirect_target = Choice(_l("Refer to"), default="")
    message_for = Choice(_l("Message for"), default="", validate_choice=False)
    promised_at = DateTimeLocalField(
        _l("Answer by"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()]
    )
    callback_consent = BooleanField(_l("The caller agrees to be called back about it"))

    topic = Choice(_l(IntakeField.TOPIC.label), default="")
    demand = _fact(IntakeField.DEMAND)
    object = _fact(IntakeField.OBJECT)
    danger = _fact(IntakeField.DANGER)
    suspect = _fact(IntakeField.SUSPECT)
    happened = _fact(IntakeField.HAPPENED)
    evidence = _fact(IntakeField.EVIDENCE)
    praised = _fact(IntakeField.PRAISED)
    deed = _fact(IntakeField.DEED)
    room = _fact(IntakeField.ROOM)
    fault = _fact(IntakeField.FAULT)
    access_time = _fact(IntakeField.ACCESS_TIME)
    reported_by = _fact(IntakeField.REPORTED_BY)
    item = _fact(IntakeField.ITEM)
    price = _fact(IntakeField.PRICE)
    consent = BooleanField(_l(IntakeField.CONSENT.label))
    for_whom = _fact(IntakeField.FOR_WHOM)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.category.choices = choices.categories(self.channel)
        self.content_class.choices = choices.content_classes()
        self.urgency.choices = choices.urgencies()
        self.wish.choices = choices.wishes()
        self.topic.choices = choices.of_list("consultation_topic")
        self.redirect_target.choices = choices.elsewhere()
        # Who can be chosen is asked of the database by the page that offers it, not by every fragment.
        self.message_for.choices = [("", "")]

    @classmethod
    def names(cls) -> frozenset[str]:
        """Return the names of the fields there are."""
        return frozenset(name for name in dir(cls) if hasattr(getattr(cls, name), "_formfield"))

    @classmethod
    def resumed(cls, typed: Mapping[str, str]) -> Self:
        """Return the form with what was typed so far; boxes nobody touched stay as they were."""
        ticked = {name: "y" for name in ("reply_wanted", "first_visit") if name in cls.names()}
        return cls(MultiDict(ticked | dict(typed)))

    def policy(self) -> Policy | None:
        """Return the policy of the category chosen, if one is."""
        return catalogue.current().policies.get(self.category.data or "")

    def facts(self) -> Iterator[tuple[IntakeField, Field]]:
        """Yield the fields of their own that the chosen category asks for, in the order of asking."""
        policy = self.policy()
        for name in IntakeField:
            if policy is not None and name in policy.required(self.channel) and name not in HELD_BY:
                yield name, self[name.value]

    def asks_consent(self) -> bool:
        """Tell whether the category lets only those be called back who agreed to it (B1.10)."""
        policy = self.policy()
        return policy is not None and policy.callback is not None and policy.callback.only_with_consent

    def known(self) -> list[Requester]:
        """Return the people known under the number typed."""
        try:
            return requesters.by_phone(self.phone.data) if self.phone.data else []
        except PhoneNotUnderstoodError:
            return []

    def validate_phone(self, field: Field) -> None:
        """Refuse a number that cannot be called back."""
        try:
            if field.data:
                phones.normalised(field.data)
        except PhoneNotUnderstoodError as error:
            raise ValidationError(error.say()) from error

    def refuse_gaps(self) -> None:
        """Note beside each field what the chosen category needs and the form does not have."""
        policy = self.policy()
        if policy is None:
            self.category.errors = [*self.category.errors, say(N_("Choose the category."))]
            return
        needed = policy.required(self.channel)
        for name in IntakeField:
            if name not in needed:
                continue
            field = self._fields.get(HELD_BY.get(name, name.value))
            if field is not None and not field.data and not self._is_known(name):
                words = {"category": dict(policy.names), "field": name}
                field.errors = [*field.errors, say(MISSING, words)]
        chosen = catalogue.current().classes.get(self.content_class.data or "")
        if IntakeField.CONTENT_CLASS in needed and chosen is not None and chosen.level < 3:
            self.content_class.errors = [*self.content_class.errors, say(THIRD_LEVEL)]

    def _is_known(self, name: IntakeField) -> bool:
        """Tell whether we know this of the caller already: nobody is asked twice."""
        known = self.known()
        if name in (IntakeField.REQUESTER_NAME, IntakeField.FROM_WHOM):
            return bool(known and known[0].name) or self.wish.data == choices.ANONYMOUS
        return name is IntakeField.ADDRESS and bool(known and known[0].address)


class CallForm(IntakeForm):
    """A telephone call."""

    channel = Channel.CALL

    ring_count = IntegerField(
        _l("Rings"), validators=[Optional(), NumberRange(0, 99, _l("A number from 0 to 99."))]
    )


def moment(label: Any) -> DateTimeLocalField:
    return DateTimeLocalField(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()])


def count(label: Any, **options: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[Optional(), NumberRange(1, 100_000, _l("A number from 1 to 100,000."))],
        **options,
    )


class LetterForm(IntakeForm):
    """A letter that came in the post."""

    channel = Channel.LETTER

    letter_class = Choice(_l("Class of letter"), default="")
    received_at = moment(_l("Received at"))
    written_on = DateField(_l("Written on"), validators=[Optional()])
    copies = count(_l("Copies"), default=1)
    envelope_number = text(_l("Envelope number"), 40)
    sender_number = text(_l("Number on the letter"), 60)
    secrecy = Choice(_l("Secrecy level"), default="")
    postmark = text(_l("Postmark: place and date"), 60)
    earlier = IntegerField(_l("Repeats the letter"), validators=[Optional()])
    not_repeat = BooleanField(_l("Looked at: this is another letter"))
    filed_because = text(_l("No ticket, because"), closing.LONGEST_REASON)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.letter_class.choices = choices.of_list("letter_class")
        self.secrecy.choices = choices.of_list("secrecy_level")

    def validate_letter_class(self, field: Field) -> None:
        """A letter is sorted when it is registered."""
        InputRequired(_l("Choose the class of the letter."))(self, field)


def moment_of(naive: dt.datetime | None) -> dt.datetime | None:
    """Return the aware moment of a local time typed into a form."""
    return None if naive is None else naive.replace(tzinfo=LOCAL_ZONE)
