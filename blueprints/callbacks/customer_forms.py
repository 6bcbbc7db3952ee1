"""Forms of callbacks without a ticket."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from blueprints.callbacks.forms import steps
from hotline.callbacks import tags
from hotline.callbacks.customer_calls import PLANNED_BY_HAND
from hotline.callbacks.models import AttemptResult, CallbackMode
from hotline.categories import catalogue
from hotline.wording import LOCAL_ZONE, in_both, in_words


class CampaignForm(FlaskForm):
    """Whom to call, about what, until when."""

    kind = SelectField(_l("Kind"))
    tag = SelectField(_l("Everybody marked as"))
    purpose = StringField(
        _l("What to say or ask"),
        validators=[InputRequired(_l("Say what to say or ask.")), Length(max=300)],
    )
    days = IntegerField(_l("Within days"), default=14, validators=[InputRequired(), NumberRange(1, 90)])

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [SelectChoice(one.value, in_words(one)) for one in PLANNED_BY_HAND]
        self.tag.choices = [
            SelectChoice(one.code, in_both(one.names)) for one in catalogue.code_list(tags.CODE_LIST)
        ]


class MissedCallForm(FlaskForm):
    """A call that nobody took."""

    phone = StringField(
        _l("Number that rang"), validators=[InputRequired(_l("Type the number.")), Length(max=60)]
    )
    name = StringField(_l("Name"), validators=[Optional(), Length(max=60)])

    def __init__(self) -> None:
        super().__init__(prefix="missed")


class CustomerOutcomeForm(FlaskForm):
    """How a callback without a ticket went."""

    result = RadioField(_l("What happened"), validators=[InputRequired(_l("Choose what happened."))])
    satisfaction = RadioField(_l("How satisfied are you with us?"), default="", validators=[Optional()])
    opinion = TextAreaField(
        _l("What was said"), validators=[Optional(), Length(max=2000)], render_kw={"rows": 3}
    )
    mode = SelectField(_l("Asked by"), default=CallbackMode.PHONE.value)
    appointment = DateTimeLocalField(_l("Call again at, if agreed with the caller"), validators=[Optional()])

    def __init__(self) -> None:
        super().__init__()
        self.result.choices = [SelectChoice(one.value, in_words(one)) for one in AttemptResult]
        self.satisfaction.choices = steps()
        self.mode.choices = [SelectChoice(one.value, in_words(one)) for one in CallbackMode]

    @property
    def agreed(self) -> dt.datetime | None:
        """The appointment as an aware moment."""
        typed: dt.datetime | None = self.appointment.data
        return typed.replace(tzinfo=LOCAL_ZONE) if typed else None
