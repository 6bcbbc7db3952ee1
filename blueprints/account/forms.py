"""Choosing one's language, changing one's password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from hotline.config import LOCALES
from hotline.people.passwords import SHORTEST

NAMES = dict(zip(LOCALES, ("简体中文", "English"), strict=True))
"""Each language in its own words, as the person looking for it reads it."""


class LanguageForm(FlaskForm):
    """The language that is chosen at every sign-in."""

    locale = RadioField(_l("Language"), choices=[SelectChoice(code, name) for code, name in NAMES.items()])


class PasswordForm(FlaskForm):
    """The old password, and the new one twice."""

    old = PasswordField(
        _l("Present password"),
        validators=[InputRequired(_l("Enter your present password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Enter a new password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )
    again = PasswordField(
        _l("New password once more"),
        validators=[EqualTo("password", _l("The two new passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
