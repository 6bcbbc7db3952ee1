"""Forms of the statistics pages: freezing a month, its words, points, exports."""

from collections.abc import Sequence

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    Form,
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

from hotline.categories import catalogue
from hotline.people.models import Department, Staff
from hotline.statistics import complaints, inspections
from hotline.statistics.columns import COLUMNS
from hotline.statistics.export_models import ExportFormat
from hotline.statistics.inspections import Judged
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


JUDGED = (
    SelectChoice("", _l("Not looked at")),
    SelectChoice("yes", _l("As it should be")),
    SelectChoice("no", _l("Not as it should be")),
)


class ItemForm(Form):
    """One item of an inspection sheet."""

    met = SelectField(_l("Found"), choices=JUDGED, default="")
    problem = StringField(_l("Problem"), validators=[Optional(), Length(max=500)])
    rectification = StringField(_l("To be put right by"), validators=[Optional(), Length(max=500)])
    due_on = DateField(_l("Until"), validators=[Optional()])
    points = IntegerField(_l("Points taken"), validators=[Optional(), NumberRange(-100, 0)])


class InspectionForm(FlaskForm):
    """A sheet: whose work, every item, remarks."""

    whom = SelectField(_l("Whose work"), validators=[InputRequired(_l("Choose whose work."))])
    remarks = TextAreaField(
        _l("Inspection report"), validators=[Optional(), Length(max=4000)], render_kw={"rows": 3}
    )

    def __init__(self) -> None:
        super().__init__()
        sent = request.form if self.is_submitted() else None
        self.items = [
            (one.code, in_both(one.names), ItemForm(sent, prefix=f"{one.code}-"))
            for one in inspections.items()
        ]

    def offer(self, staff: Sequence[Staff], departments: Sequence[Department]) -> None:
        """Set whose work can be inspected."""
        self.whom.choices = [
            *(SelectChoice(f"staff:{one.id}", f"{one.number} {one.name}") for one in staff),
            *(SelectChoice(f"department:{one.id}", in_both(one.names)) for one in departments),
        ]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the head and every item."""
        unfit = [code for code, _name, form in self.items if not form.validate()]
        return bool(super().validate(extra_validators)) and not unfit

    def judged(self) -> list[Judged]:
        """Return the items that were looked at."""
        return [
            Judged(
                item=code,
                is_met=form.met.data == "yes",
                problem=form.problem.data or "",
                rectification=form.rectification.data or "",
                due_on=form.due_on.data,
                points=form.points.data or 0,
            )
            for code, _name, form in self.items
            if form.met.data
        ]


class VerifyForm(FlaskForm):
    """What was done about a problem, as somebody saw it."""

    put_right = StringField(
        _l("What was put right"),
        validators=[InputRequired(_l("Say what was put right.")), Length(max=500)],
    )


class ComplaintCostForm(FlaskForm):
    """What settling a complaint cost, and who bears it."""

    number = StringField(_l("Ticket number"), validators=[InputRequired(), Length(max=20)])
    kind = SelectField(_l("For what"))
    bearer = SelectField(_l("Borne by"))
    amount = DecimalField(_l("Amount in yuan"), places=2, validators=[InputRequired(), NumberRange(min=0.01)])
    note = StringField(_l("Note"), validators=[Optional(), Length(max=300)])

    def __init__(self) -> None:
        super().__init__()
        for field, code in ((self.kind, complaints.KINDS), (self.bearer, complaints.BEARERS)):
            items = catalogue.current().lists.get(code, ())
            field.choices = [SelectChoice(one.code, in_both(one.names)) for one in items]


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
