"""The form of a visit, with the elements of the petition register (A5.2)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, TextAreaField
from wtforms.validators import ValidationError

from blueprints.intake import choices
from blueprints.intake.forms import CallForm, IntakeForm, LetterForm, count, moment, text
from hotline.categories.channels import Channel
from hotline.contacts import identity
from hotline.contacts.identity import IdNumberNotPossibleError
from hotline.contacts.written import cleaned, one_line

LISTS = ("occupation", "political_identity", "cause", "source", "hot_issue")
"""Elements chosen from the profile's lists, each field named as its list."""
WRITTEN = ("ethnicity", "behaviour", "measures")
TICKED = ("group_will", "over_level")


class VisitForm(IntakeForm):
    """Somebody at the desk."""

    channel = Channel.VISIT

    received_at = moment(_l("Arrived at"))
    visitor_count = count(_l("Visitors"), default=1)
    people_concerned = count(_l("People concerned"))
    purpose = SelectField(_l("Purpose"), default="")
    first_visit = BooleanField(_l("First visit about this matter"), default=True)
    id_type = SelectField(_l("ID type"), default="")
    id_number = text(_l("ID number"), 40)
    occupation = SelectField(_l("Occupation"), default="")
    political_identity = SelectField(_l("Political identity"), default="")
    ethnicity = text(_l("Ethnicity"), 20)
    companions = TextAreaField(_l("Companions or representatives, one a line"), filters=[cleaned])
    group_will = BooleanField(_l("Will of a group"))
    over_level = BooleanField(_l("Over the responsible level"))
    cause = SelectField(_l("Cause of the petition"), default="")
    source = SelectField(_l("Where it came from"), default="")
    hot_issue = SelectField(_l("Hot issue of the list"), default="")
    behaviour = text(_l("Abnormal words or acts"), 300)
    measures = text(_l("Measures on the spot"), 300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.purpose.choices = choices.of_list("purpose")
        self.id_type.choices = choices.of_list("id_type")
        for name in LISTS:
            self[name].choices = choices.of_list(name)

    def elements(self) -> dict[str, str]:
        """Return the further elements of the registration form that were filled in, by code."""
        filled = {name: self[name].data for name in (*LISTS, *WRITTEN) if self[name].data}
        return filled | {name: "yes" for name in TICKED if self[name].data}

    def named_companions(self) -> tuple[str, ...]:
        """Return the names of those who came along."""
        names = (one_line(line) for line in (self.companions.data or "").splitlines())
        return tuple(name for name in names if name)

    def validate_id_number(self, field: Field) -> None:
        """Refuse an identity card whose number does not check."""
        try:
            if field.data and self.id_type.data == identity.RESIDENT_ID:
                field.data = identity.read(field.data).number
        except IdNumberNotPossibleError as error:
            raise ValidationError(error.say()) from error


FORMS: dict[Channel, type[IntakeForm]] = {form.channel: form for form in (CallForm, VisitForm, LetterForm)}
