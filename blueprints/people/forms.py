"""Forms about staff accounts."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.people.passwords import SHORTEST
from hotline.people.roles import Role
from hotline.wording import N_, in_both, in_words, say

OF_THE_HOTLINE = ""


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class RolesField(SelectMultipleField):
    """Roles as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AccountForm(FlaskForm):
    """What an account says about a person."""

    name = StringField(
        _l("Name"),
        filters=[_stripped],
        validators=[DataRequired(_l("Enter the name.")), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )
    roles = RolesField(_l("Roles"))
    department = SelectField(_l("Department"))

    def __init__(self, *args: Any, offered: tuple[Role, ...] = tuple(Role), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [SelectChoice(role.value, in_words(role)) for role in offered]
        self.department.choices = [SelectChoice(OF_THE_HOTLINE, say(N_("None: works at the hotline")))] + [
            SelectChoice(unit.code, in_both(unit.names)) for unit in departments.active()
        ]

    @property
    def chosen_roles(self) -> frozenset[Role]:
        """The roles ticked."""
        return frozenset(Role(code) for code in self.roles.data or ())

    @property
    def chosen_department(self) -> Department | None:
        """The department chosen; `None` for the hotline itself."""
        return departments.by_code(self.department.data) if self.department.data else None


class AddForm(AccountForm):
    """A new account."""

    number = StringField(
        _l("Staff number"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Enter the staff number.")),
            Length(max=20),
            Regexp(r"[0-9A-Za-z-]+\Z", message=_l("Use letters, digits and hyphens only.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    password = PasswordField(
        _l("First password"),
        validators=[InputRequired(_l("Enter a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )


class EditForm(AccountForm):
    """An account that exists; whether its person is a trainee is decided apart, with a reason."""

    is_active = BooleanField(_l("May sign in"))

    def __init__(self, person: Staff) -> None:
        super().__init__(
            offered=tuple(role for role in Role if role is not Role.TRAINEE),
            data={
                "name": person.name,
                "roles": [role.value for role in person.roles],
                "department": person.department.code if person.department else OF_THE_HOTLINE,
                "is_active": person.is_active,
            },
        )


class PasswordForm(FlaskForm):
    """A new password for somebody who forgot theirs."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Enter a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )


class ReasonForm(FlaskForm):
    """Why a person may work alone from now on, or no longer."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[_stripped],
        validators=[DataRequired(_l("Say why: the examination passed, or what happened.")), Length(max=300)],
        render_kw={"rows": 3},
    )
