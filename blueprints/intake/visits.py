"""The form of a visit, with the elements of the petition register (A5.2)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import Optional, ValidationError

from blueprints.intake import choices
from blueprints.intake.forms import CallForm, IntakeForm, LetterForm, count, moment, text
from hotline.categories.channels import Channel
from hotline.categories.terms import RunsFrom
from hotline.contacts import identity
from hotline.contacts.identity import Holder, IdNumberNotPossibleError
from hotline.contacts.written import cleaned, one_line
from hotline.db import utc_now
from hotline.wording import LOCAL_ZONE, N_, say

LISTS = ("occupation", "political_identity", "cause", "source", "hot_issue", "system")
"""Elements chosen from the profile's lists, each field named as its list."""
WRITTEN = ("ethnicity", "behaviour", "measures", "communication")
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
    system = SelectField(_l("System concerned"), default="")
    born_on = DateField(_l("Born on"), validators=[Optional()])
    sex = SelectField(_l("Sex"), default="")
    term = SelectField(_l("Time limit"), default="")
    behaviour = text(_l("Abnormal words or acts"), 300)
    measures = text(_l("Measures on the spot"), 300)
    communication = text(_l("Spoken about with other bodies"), 300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.purpose.choices = choices.of_list("purpose")
        self.id_type.choices = choices.of_list("id_type")
        for name in LISTS:
            self[name].choices = choices.of_list(name)
        self.sex.choices = choices.sexes()
        self.term.choices = choices.petition_terms()

    def elements(self) -> dict[str, str]:
        """Return the further elements of the registration form that were filled in, by code."""
        filled = {name: self[name].data for name in (*LISTS, *WRITTEN) if self[name].data}
        return filled | {name: "yes" for name in TICKED if self[name].data}

    def holder(self) -> Holder | None:
        """Return what the identity card typed in says of its holder, where it is one and can be right."""
        if self.id_type.data != identity.RESIDENT_ID or not self.id_number.data:
            return None
        try:
            return identity.read(self.id_number.data)
        except IdNumberNotPossibleError:
            return None

    def term_months(self) -> int | None:
        """Return the months chosen instead of the category's limit, where it is a petition's."""
        policy = self.policy()
        if policy is None or all(one.runs_from is not RunsFrom.ACCEPTED for one in policy.limits.values()):
            return None
        return int(self.term.data) if self.term.data else None

    def validate_born_on(self, field: Field) -> None:
        """Refuse a birth date to come, and one that the identity card contradicts."""
        holder = self.holder()
        if field.data and field.data > utc_now().astimezone(LOCAL_ZONE).date():
            raise ValidationError(say(N_("Nobody is born later than today.")))
        if field.data and holder is not None and holder.born_on != field.data:
            raise ValidationError(say(N_("The identity number says another birth date.")))

    def validate_sex(self, field: Field) -> None:
        """Refuse what the identity card contradicts."""
        holder = self.holder()
        if field.data and holder is not None and holder.sex != field.data:
            raise ValidationError(say(N_("The identity number says otherwise.")))

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
