"""The forms of a callback: an attempt that failed, and what the caller said."""

import datetime as dt
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from hotline.callbacks import tags
from hotline.callbacks.calling import Outcome
from hotline.callbacks.links import LONGEST_OPINION
from hotline.callbacks.models import THREE_STEPS, AttemptResult, CallbackMode, Satisfaction
from hotline.categories import catalogue
from hotline.wording import LOCAL_ZONE, in_both, in_words

HANDED_OVER_BY = (CallbackMode.WEB, CallbackMode.LETTER, CallbackMode.QUESTIONNAIRE)
OPEN_YES_NO = (
    SelectChoice("yes", _l("Yes")),
    SelectChoice("no", _l("No")),
    SelectChoice("", _l("Rather not say")),
)
YES_NO = (SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No")), SelectChoice("", _l("Not said")))


def _answer(text: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(text or "")


class OutcomeForm(FlaskForm):
    """What a caller who was reached said."""

    mode = SelectField(_l("Asked by"), default=CallbackMode.PHONE.value)
    was_contacted = RadioField(_l("Did the department contact you?"), choices=YES_NO, default="")
    is_truthful = RadioField(_l("Is what the department reported true?"), choices=YES_NO, default="")
    is_solved = RadioField(_l("Is the matter solved?"), choices=YES_NO, default="")
    satisfaction = RadioField(_l("How satisfied are you with the handling?"), default="")
    attitude = RadioField(_l("And with how you were treated?"), default="")
    opinion = TextAreaField(
        _l("Opinion, in the caller's words"), validators=[Optional(), Length(max=2000)], render_kw={"rows": 3}
    )
    rehandle_reason = StringField(_l("What must be put right"), validators=[Optional(), Length(max=300)])

    def __init__(self) -> None:
        super().__init__(prefix="said")
        self.mode.choices = [SelectChoice(one.value, in_words(one)) for one in CallbackMode]
        self.satisfaction.choices = steps()
        self.attitude.choices = steps()

    def outcome(self) -> Outcome:
        """Return what was entered."""
        return Outcome(
            was_contacted=_answer(self.was_contacted.data),
            is_truthful=_answer(self.is_truthful.data),
            is_solved=_answer(self.is_solved.data),
            satisfaction=Satisfaction(self.satisfaction.data) if self.satisfaction.data else None,
            attitude=Satisfaction(self.attitude.data) if self.attitude.data else None,
            opinion=self.opinion.data,
            rehandle_reason=self.rehandle_reason.data,
        )


class VoteForm(FlaskForm):
    """What a caller answers through a link."""

    is_solved = RadioField(_l("Is the matter solved?"), choices=OPEN_YES_NO, default="")
    was_contacted = RadioField(_l("Did the department contact you?"), choices=OPEN_YES_NO, default="")
    satisfaction = RadioField(_l("How satisfied are you with the handling?"), default="")
    attitude = RadioField(_l("And with how you were treated?"), default="")
    opinion = TextAreaField(
        _l("What would you like to tell us?"),
        validators=[Optional(), Length(max=LONGEST_OPINION)],
        render_kw={"rows": 4},
    )

    def __init__(self) -> None:
        super().__init__()
        choices = [*steps()[:-1], SelectChoice("", _l("Rather not say"))]
        self.satisfaction.choices = choices
        self.attitude.choices = choices

    def outcome(self) -> Outcome:
        """Return what was answered."""
        return Outcome(
            was_contacted=_answer(self.was_contacted.data),
            is_solved=_answer(self.is_solved.data),
            satisfaction=Satisfaction(self.satisfaction.data) if self.satisfaction.data else None,
            attitude=Satisfaction(self.attitude.data) if self.attitude.data else None,
            opinion=self.opinion.data,
        )


def steps() -> list[SelectChoice]:
    """Return the answers about satisfaction that the profile offers."""
    offered = Satisfaction if catalogue.desk().satisfaction.levels == len(Satisfaction) else THREE_STEPS
    return [*(SelectChoice(one.value, in_words(one)) for one in offered), SelectChoice("", _l("Not said"))]


class AttemptForm(FlaskForm):
    """An attempt that did not lead to a talk."""

    result = RadioField(
        _l("What happened"),
        validators=[InputRequired(_l("Choose what happened."))],
    )
    reason = SelectField(_l("Why"), validators=[Optional()])
    appointment = DateTimeLocalField(_l("Call again at, if agreed with the caller"), validators=[Optional()])
    note = StringField(_l("Note"), validators=[Optional(), Length(max=300)])

    def __init__(self) -> None:
        super().__init__(prefix="tried")
        self.result.choices = [
            SelectChoice(one.value, in_words(one))
            for one in (AttemptResult.UNREACHABLE, AttemptResult.WRONG_NUMBER, AttemptResult.REFUSED)
        ]
        reasons = catalogue.code_list("unreachable_reason")
        self.reason.choices = [
            SelectChoice("", ""),
            *(SelectChoice(one.code, in_both(one.names)) for one in reasons),
        ]

    @property
    def agreed(self) -> dt.datetime | None:
        """The appointment as an aware moment."""
        typed: dt.datetime | None = self.appointment.data
        return typed.replace(tzinfo=LOCAL_ZONE) if typed else None


class LinkForm(FlaskForm):
    """How the link is handed over."""

    mode = SelectField(_l("Handed over by"))

    def __init__(self) -> None:
        super().__init__(prefix="link")
        self.mode.choices = [SelectChoice(one.value, in_words(one)) for one in HANDED_OVER_BY]


class SignOffForm(FlaskForm):
    """What a person adds to a vote: only why the matter must be handled again."""

    rehandle_reason = StringField(_l("What must be put right"), validators=[Optional(), Length(max=300)])

    def __init__(self) -> None:
        super().__init__(prefix="sign")


class CallerForm(FlaskForm):
    """What the caller told of themselves; empty changes nothing."""

    name = StringField(_l("Name"), validators=[Optional(), Length(max=60)])
    address = StringField(_l("Address"), validators=[Optional(), Length(max=200)])
    phone = StringField(_l("Further number"), validators=[Optional(), Length(max=60)])

    def __init__(self) -> None:
        super().__init__(prefix="caller")


class MarksForm(FlaskForm):
    """The marks of the caller, from the profile's list."""

    marks = SelectMultipleField(
        _l("Marks"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, given: Iterable[str] = ()) -> None:
        super().__init__(prefix="marks", data={"marks": sorted(given)})
        self.marks.choices = [
            SelectChoice(one.code, in_both(one.names)) for one in catalogue.code_list(tags.CODE_LIST)
        ]


class RevealForm(FlaskForm):
    """Why somebody wants to see the number."""

    reason = StringField(
        _l("What you need it for"),
        validators=[InputRequired(_l("Say what you need it for.")), Length(max=300)],
    )

    def __init__(self) -> None:
        super().__init__(prefix="reveal")
