"""Deciding about a day, importing the yearly notice."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from hotline.wording import N_, in_words, say
from hotline.working_time import DayKind

WORKED, OFF = "worked", "off"
LARGEST_NOTICE = 256 * 1024
"""Bytes: a notice names some forty days."""


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class DayForm(FlaskForm):
    """Working day or day off, by whose decision and why."""

    day = DateField(_l("Date"), validators=[InputRequired(_l("Choose a day."))])
    state = RadioField(_l("This day is"), validators=[InputRequired(_l("Choose one."))])
    name = StringField(_l("Name of the day"), filters=[_stripped], validators=[Length(max=60)])
    note = StringField(
        _l("Reason"),
        filters=[_stripped],
        validators=[DataRequired(_l("Say why the day is changed.")), Length(max=200)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            SelectChoice(OFF, in_words(DayKind.LOCAL_REST)),
            SelectChoice(WORKED, in_words(DayKind.LOCAL_WORK)),
        ]

    @property
    def names(self) -> dict[str, str] | None:
        """The name typed, in both languages the same; none where the day needs no name."""
        return {"zh": self.name.data, "en": self.name.data} if self.name.data else None


class NoticeForm(FlaskForm):
    """The notice as CSV, from a file or typed, and its number."""

    source = StringField(
        _l("Number or title of the notice"),
        filters=[_stripped],
        validators=[DataRequired(_l("Say which notice this is.")), Length(max=200)],
        render_kw={"placeholder": "国办发明电〔2026〕…号"},
    )
    file = FileField(
        _l("CSV file"), validators=[FileSize(LARGEST_NOTICE)], render_kw={"accept": ".csv,text/csv"}
    )
    text = TextAreaField(_l("or its lines"), validators=[Length(max=LARGEST_NOTICE)], render_kw={"rows": 8})

    def validate_text(self, field: TextAreaField) -> None:
        """Ask for a file or lines; a file is read into the lines, so that nobody uploads it twice."""
        if self.file.data:
            try:
                field.data = self.file.data.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValidationError(say(N_("The file is not UTF-8 text. Save it as CSV UTF-8."))) from error
        if not (field.data or "").strip():
            raise ValidationError(say(N_("Choose a file or type the lines.")))


class RecomputeForm(FlaskForm):
    """Why deadlines are moved; it stands in the history of every ticket concerned."""

    reason = StringField(
        _l("Reason"),
        filters=[_stripped],
        validators=[DataRequired(_l("Say why the deadlines are recomputed.")), Length(max=200)],
    )
