"""Keeping somebody out of a matter, and listing who may see it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from hotline.people import departments
from hotline.people.recusal_models import RecusalGround
from hotline.wording import N_, in_both, in_words, say


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class RecusalForm(FlaskForm):
    """A person or a department, and why."""

    number = StringField(
        _l("Staff number"),
        filters=[_stripped],
        validators=[Optional(), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )
    department = SelectField(_l("Or a department"))
    ground = RadioField(_l("Why"), default=RecusalGround.NAMED.value)
    note = StringField(_l("Note"), filters=[_stripped], validators=[Length(max=300)])

    def __init__(self) -> None:
        super().__init__(prefix="recusal-")
        self.department.choices = [SelectChoice("", say(N_("None: the person above")))] + [
            SelectChoice(unit.code, in_both(unit.names)) for unit in departments.active()
        ]
        self.ground.choices = [SelectChoice(one.value, in_words(one)) for one in RecusalGround]


class ReaderForm(FlaskForm):
    """Somebody who must know of the matter, and why."""

    number = StringField(
        _l("Staff number"),
        filters=[_stripped],
        validators=[DataRequired(_l("Enter the staff number.")), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )
    reason = StringField(
        _l("Why they must know"),
        filters=[_stripped],
        validators=[DataRequired(_l("Say why.")), Length(max=300)],
    )

    def __init__(self) -> None:
        super().__init__(prefix="reader-")
