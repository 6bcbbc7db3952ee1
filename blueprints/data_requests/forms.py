"""Taking a person's request, and deciding about it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from hotline.retention.models import Asked
from hotline.wording import in_words


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class FindForm(FlaskForm):
    """The number the person is known by."""

    phone = StringField(
        _l("Telephone number"),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter the number.")), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )

    def __init__(self) -> None:
        super().__init__(prefix="find-")


class RequestForm(FlaskForm):
    """What the person asks for."""

    requester_id = HiddenField(validators=[InputRequired()])
    asked = RadioField(_l("Asked for"), default=Asked.COPY.value)
    identity_check = StringField(
        _l("How you made sure that it is them"),
        filters=[_stripped],
        validators=[InputRequired(_l("Say how you made sure.")), Length(max=300)],
    )

    def __init__(self, **named: Any) -> None:
        super().__init__(prefix="request-", **named)
        self.asked.choices = [SelectChoice(one.value, in_words(one)) for one in Asked]


class DecideForm(FlaskForm):
    """What becomes of it, and what the person is told."""

    decision = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice("grant", _l("Grant, as far as the law allows")),
            SelectChoice("refuse", _l("Refuse")),
        ],
        validators=[InputRequired(_l("Choose one."))],
    )
    grounds = TextAreaField(
        _l("What the person is told"),
        filters=[_stripped],
        validators=[InputRequired(_l("Write what the person is told.")), Length(max=1000)],
    )

    def __init__(self) -> None:
        super().__init__(prefix="decide-")
