"""The small forms of the caller's page."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

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


class AddressForm(FlaskForm):
    """A further address of the caller."""

    address = StringField(
        _l("Further address"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the address.")), Length(max=200)],
    )


class MergeForm(FlaskForm):
    """That two records are one person, or are not, and how one knows."""

    other = IntegerField(_l("Record"), widget=HiddenInput(), validators=[InputRequired()])
    reason = StringField(
        _l("How do you know?"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Say how you know, such as “named both numbers”.")),
            Length(max=LONGEST_REASON),
        ],
    )


class FindForm(FlaskForm):
    """Under which other number the caller may be known."""

    number = StringField(
        _l("Another number of the caller"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the number.")), Length(max=60)],
    )


class PhoneForm(FlaskForm):
    """A further number of the caller."""

    phone = StringField(
        _l("Further number"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the number.")), Length(max=60)],
    )
