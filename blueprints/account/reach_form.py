"""Where a person is reached outside the service, and when not; set by themselves or by an administrator."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TimeField
from wtforms.validators import InputRequired, Length


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ReachForm(FlaskForm):
    """Mail address, mobile number, and the hours in which neither is used."""

    mail = StringField(
        _l("Mail address"),
        filters=[_stripped],
        validators=[Length(max=200)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = StringField(
        _l("Mobile number for SMS"),
        filters=[_stripped],
        validators=[Length(max=30)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    quiet_from = TimeField(
        _l("Not to be disturbed from"), validators=[InputRequired(_l("Give a time such as 21:00."))]
    )
    quiet_until = TimeField(_l("until"), validators=[InputRequired(_l("Give a time such as 08:00."))])

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by the names the verb has for it."""
        return {
            "mail": self.mail.data,
            "phone": self.phone.data,
            "quiet_from": self.quiet_from.data,
            "quiet_until": self.quiet_until.data,
        }
