"""What somebody types to learn how their matter stands."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class StatusForm(FlaskForm):
    """The number and the query code that were read out at the end of the call."""

    number = StringField(
        _l("Ticket number"),
        validators=[InputRequired(_l("Type the 13 digits of the number.")), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    code = StringField(
        _l("Query code"),
        validators=[InputRequired(_l("Type the six digits of the query code.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
