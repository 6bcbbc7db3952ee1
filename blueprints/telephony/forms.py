"""The forms of the telephone: my extension, a refused number, a token."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Length

from hotline.contacts.written import one_line
from hotline.telephony.refusing import LONGEST_REASON
from hotline.telephony.tokens import LONGEST_NAME
from hotline.wording import LOCAL_ZONE


class ExtensionForm(FlaskForm):
    """Where somebody sits."""

    extension = StringField(
        _l("My extension"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the extension.")), Length(max=20)],
    )


class RefuseForm(FlaskForm):
    """A number to be turned away."""

    phone = StringField(
        _l("Phone"), filters=[one_line], validators=[InputRequired(_l("Type the number.")), Length(max=60)]
    )
    reason = StringField(
        _l("Reason"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Write down why calls from this number are refused.")),
            Length(max=LONGEST_REASON),
        ],
    )
    until = DateField(_l("Refused until"), validators=[InputRequired(_l("Choose the last day."))])

    def end(self) -> dt.datetime:
        """Return the end of the last day."""
        day = self.until.data + dt.timedelta(days=1)
        return dt.datetime.combine(day, dt.time(), LOCAL_ZONE)


class TokenForm(FlaskForm):
    """A token for an exchange."""

    name = StringField(
        _l("Exchange"),
        filters=[one_line],
        validators=[InputRequired(_l("Name the exchange that the token is for.")), Length(max=LONGEST_NAME)],
    )
