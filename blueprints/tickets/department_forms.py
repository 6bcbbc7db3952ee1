"""The small forms that a department fills in on a ticket's page."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from blueprints.tickets.forms import NOBODY, ActForm, codes, departments_to_choose, text_field
from hotline.contacts.written import cleaned
from hotline.dispatch.actions import Standing
from hotline.people.models import Staff
from hotline.wording import in_words
from hotline.working_time import Clock, Limit


class ContactedForm(ActForm):
    """What came of speaking to the caller."""

    note = text_field(_l("Outcome of the contact"))


class ExtendForm(ActForm):
    """Asking for more time before the limit ends."""

    amount = IntegerField(
        _l("How much more"),
        validators=[InputRequired(_l("Say how much more time is needed.")), NumberRange(min=1)],
    )
    reason = SelectField(_l("Ground"), validators=[InputRequired(_l("Choose the ground."))])
    grounds = text_field(_l("In detail"), _l("Say why the time is not enough."))
    legal_basis = StringField(_l("Legal basis"), filters=[cleaned], validators=[Length(max=300)])
    unit: Clock

    def offer(self, at: Standing, person: Staff) -> None:
        """Count in the unit of the rule, and say how far it goes."""
        self.reason.choices = codes("extension_reason")
        rule = at.policy.extension
        if rule is None:
            return
        self.unit = rule.limit.clock
        self.amount.description = _l(
            "%(unit)s, at most %(most)s.", unit=in_words(self.unit), most=rule.limit.say()
        )
        if rule.needs_legal_basis:
            self.legal_basis.flags.required = True

    def limit(self) -> Limit:
        """Return what was asked for as a limit."""
        suffix = {
            Clock.WORKING_DAYS: "wd",
            Clock.NATURAL_DAYS: "nd",
            Clock.CLOCK_HOURS: "h",
            Clock.WORKING_HOURS: "work_h",
        }
        return Limit.parse(f"{self.amount.data} {suffix[self.unit]}")


class ReturnForm(ActForm):
    """Giving a ticket back as not one's own."""

    reason = SelectField(_l("Reason"), validators=[InputRequired(_l("Choose the reason."))])
    grounds = text_field(_l("In detail"), _l("Say why the ticket is not yours."))
    department = SelectField(_l("Whose it is, as far as you know"), validators=[Optional()])

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the list of reasons and the other departments."""
        self.reason.choices = codes("return_reason")
        self.department.choices = [NOBODY, *departments_to_choose(person.department_id)]


class AnswerUrgeForm(ActForm):
    """What the department says to being urged."""

    answer = text_field(_l("Answer to the urging"), _l("Write the answer."))
