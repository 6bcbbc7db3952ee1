"""The forms of the register of faxes and parcels."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from blueprints.intake.forms import count, moment, text
from hotline.letters import papers
from hotline.letters.models import PaperKind
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import in_words


class ArrivedForm(FlaskForm):
    """A fax or parcel that came."""

    kind = SelectField(_l("What came"))
    arrived_at = moment(_l("Came in at"))
    sender = text(_l("Comes from"), papers.LONGEST_SENDER)
    sender_number = text(_l("Number of the fax or slip"), 60)
    pieces = count(_l("Pages or pieces"), default=1)
    addressee = SelectField(_l("Addressee"), validate_choice=False)
    note = text(_l("Note"), papers.LONGEST_NOTE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [(one.value, in_words(one)) for one in PaperKind]
        self.addressee.choices = people()
        self.arrived_at.validators = [InputRequired(_l("Say when it arrived."))]


class ToldForm(FlaskForm):
    """How the addressee was told again."""

    told_how = text(_l("How they were told"), papers.LONGEST_WAY)


class ProxyForm(FlaskForm):
    """Who collects in the addressee's place."""

    proxy = SelectField(_l("Proxy"), validate_choice=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.proxy.choices = people()


def people() -> list[tuple[str, str]]:
    """Return everybody something can be for."""
    return [("", ""), *((str(one.id), f"{one.name} {one.number}") for one in staff.holding(*Role))]


def chosen(value: str | None) -> Staff | None:
    """Return the person that was chosen."""
    return next((one for one in staff.holding(*Role) if str(one.id) == value), None)
