"""Forms for those who manage callbacks."""

from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    MonthField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hotline.callbacks.allocating import Load
from hotline.callbacks.review_models import Ruling
from hotline.categories import catalogue
from hotline.categories.terms import CallbackKind
from hotline.wording import N_, in_words, say


class BatchForm(FlaskForm):
    """What one person calls about, and how much."""

    most_open = IntegerField(_l("At most in the batch"), validators=[InputRequired(), NumberRange(0, 500)])
    kinds = SelectMultipleField(
        _l("Calls about (none: everything)"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    is_present = BooleanField(_l("Present"))

    def __init__(self, prefix: str, **kwargs: object) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.kinds.choices = [SelectChoice(one.value, in_words(one)) for one in CallbackKind]

    @classmethod
    def of(cls, load: Load) -> Self:
        """Return the form filled with what holds for one person now."""
        data = {
            "most_open": load.most_open,
            "kinds": [one.value for one in load.kinds],
            "is_present": load.is_present,
        }
        return cls(prefix=f"b{load.person.id}", data=data)


class DrawForm(FlaskForm):
    """Which sample to draw."""

    level = SelectField(_l("Level"))
    month = MonthField(_l("Of the matters closed in"), validators=[InputRequired()])

    def __init__(self) -> None:
        super().__init__()
        self.level.choices = [
            SelectChoice(str(level), f"{say(N_('Level %(level)s'), {'level': level})} · {in_words(role)}")
            for level, role in catalogue.desk().callbacks.called_by.items()
        ]


class RulingForm(FlaskForm):
    """How an objection is decided."""

    ruling = RadioField(_l("Ruling"), validators=[InputRequired()])
    reason = StringField(_l("Reason"), validators=[InputRequired(), Length(max=300)])

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix=prefix)
        self.ruling.choices = [
            SelectChoice(one.value, in_words(one)) for one in (Ruling.GRANTED, Ruling.REFUSED)
        ]


class LeaveOutForm(FlaskForm):
    """Why an answer shall not count in the assessment."""

    grounds = StringField(_l("Grounds"), validators=[InputRequired(), Length(max=300)])


class ReportForm(FlaskForm):
    """A day's report."""

    summary = TextAreaField(
        _l("What the callbacks showed, and what should become better"),
        validators=[InputRequired(_l("Write what the callbacks showed.")), Length(max=4000)],
        render_kw={"rows": 6},
    )


class ReviewForm(FlaskForm):
    """What the supervisor says to a report."""

    guidance = TextAreaField(_l("Guidance"), validators=[Optional(), Length(max=2000)], render_kw={"rows": 3})


class SummaryForm(FlaskForm):
    """What the callbacks of a period showed."""

    first = DateField(_l("From"), validators=[InputRequired()])
    last = DateField(_l("To"), validators=[InputRequired()])
    words = TextAreaField(
        _l("What the callbacks showed, and what should become better"),
        validators=[InputRequired(_l("Write what the callbacks showed.")), Length(max=6000)],
        render_kw={"rows": 6},
    )


class CostForm(FlaskForm):
    """What a callback cost."""

    what = StringField(_l("For what"), validators=[InputRequired(), Length(max=120)])
    voucher = StringField(_l("Voucher"), validators=[InputRequired(), Length(max=60)])
    amount = DecimalField(_l("Amount in yuan"), places=2, validators=[InputRequired(), NumberRange(min=0.01)])


class ObjectionForm(FlaskForm):
    """Why a department objects."""

    grounds = TextAreaField(
        _l("Grounds"),
        validators=[InputRequired(_l("Give the grounds.")), Length(max=2000)],
        render_kw={"rows": 3},
    )
