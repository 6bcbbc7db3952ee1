"""The small forms of the caller's page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from hotline.contacts.reveals import LONGEST_REASON
from hotline.contacts.written import one_line


class RevealForm(FlaskForm):
    """Why somebody needs to see what is masked."""

    reason = StringField(
        _l("What do you need it for?"),
        filters=[one_line],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REASON)],
    )


class MarkForm(FlaskForm):
    """What the desk should know of the caller, from the profile's list."""

    mark = SelectField(_l("Mark"), validators=[InputRequired(_l("Choose a mark."))])


class PhoneForm(FlaskForm):
    """A further number of the caller."""

    phone = StringField(
        _l("Further number"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the number.")), Length(max=60)],
    )
