"""Settling an alarm."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hotline.audit.alarms import LONGEST_OUTCOME


class OutcomeForm(FlaskForm):
    """What an alarm came to."""

    outcome = TextAreaField(
        _l("What it was"),
        validators=[DataRequired(_l("Say what you found out.")), Length(max=LONGEST_OUTCOME)],
        render_kw={"rows": 2},
    )
