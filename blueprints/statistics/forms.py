"""Forms of the statistics pages: freezing a month, its words, points, exports."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
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

from hotline.people.models import Department, Staff
from hotline.statistics.columns import COLUMNS
from hotline.statistics.export_models import ExportFormat
from hotline.wording import in_both, in_words, say


class FreezeForm(FlaskForm):
    """Which month to freeze."""

    month = MonthField(_l("Month"), validators=[InputRequired(_l("Choose a month."))])


class WordsForm(FlaskForm):
    """The words of a report."""

    summary = TextAreaField(_l("Summary"), validators=[Optional(), Length(max=4000)], render_kw={"rows": 4})
    problems = TextAreaField(
        _l("Problems found"), validators=[Optional(), Length(max=4000)], render_kw={"rows": 4}
    )
    actions = TextAreaField(
        _l("What will be done"), validators=[Optional(), Length(max=4000)], render_kw={"rows": 4}
    )


class ScoreForm(FlaskForm):
    """Points for one person or department, with the reason."""

    whom = SelectField(_l("For whom"), validators=[InputRequired(_l("Choose for whom."))])
    points = IntegerField(
        _l("Points, plus or minus"),
        validators=[InputRequired(_l("Give the points.")), NumberRange(-100, 100)],
    )
    reason = StringField(_l("Reason"), validators=[InputRequired(_l("Give the reason.")), Length(max=300)])

    def offer(self, staff: Sequence[Staff], departments: Sequence[Department]) -> None:
        """Set who can be given points."""
        self.whom.choices = [
            *(SelectChoice(f"staff:{one.id}", f"{one.number} {one.name}") for one in staff),
            *(SelectChoice(f"department:{one.id}", in_both(one.names)) for one in departments),
        ]


class ExportForm(FlaskForm):
    """Which columns, in what kind of file."""

    columns = SelectMultipleField(
        _l("Columns"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    format = RadioField(_l("File"), default=ExportFormat.XLSX.value)

    def __init__(self, chosen: Sequence[str] = ()) -> None:
        super().__init__(
            data={"columns": list(chosen), "format": ExportFormat.XLSX.value} if chosen else None
        )
        self.columns.choices = [SelectChoice(code, say(one.name)) for code, one in COLUMNS.items()]
        self.format.choices = [SelectChoice(one.value, in_words(one)) for one in ExportFormat]
