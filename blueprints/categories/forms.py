"""What would be due when."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from blueprints.categories.words import kind_in_words
from hotline.categories import catalogue
from hotline.categories.policy import Policy
from hotline.categories.terms import Urgency
from hotline.tickets.reckoning import Reckoning, reckon
from hotline.wording import LOCAL_ZONE, N_, in_both, in_words, say

TYPED = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
YES, NO = "yes", "no"


class CalculatorForm(FlaskForm):
    """A category, its circumstances and the moments that start its clocks; asking changes nothing."""

    class Meta:
        csrf = False

    category = SelectField(_l("Category"))
    urgency = SelectField(_l("Urgency"))
    kind = SelectField(_l("Document type or purpose"))
    contact = SelectField(_l("A way to reach the caller"))
    collective = SelectField(_l("Collective visit"))
    received = DateTimeLocalField(
        _l("Received"), format=list(TYPED), validators=[InputRequired(_l("Enter when it was received."))]
    )
    dispatched = DateTimeLocalField(_l("Dispatched at"), format=list(TYPED), validators=[Optional()])
    closed = DateTimeLocalField(_l("Caller answered at"), format=list(TYPED), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = catalogue.open_categories()
        kinds = {
            kind for policy in policies for variant in policy.variants for kind in sorted(variant.when.kind)
        }
        self.category.choices = [SelectChoice(one.code, in_both(one.names)) for one in policies]
        self.urgency.choices = [SelectChoice(one.value, in_words(one)) for one in Urgency]
        self.kind.choices = [SelectChoice("", say(N_("Any other")))] + [
            SelectChoice(kind, kind_in_words(kind)) for kind in sorted(kinds)
        ]
        self.contact.choices = [SelectChoice(YES, say(N_("Given"))), SelectChoice(NO, say(N_("Not given")))]
        self.collective.choices = [SelectChoice(NO, say(N_("No"))), SelectChoice(YES, say(N_("Yes")))]

    def validate_dispatched(self, field: DateTimeLocalField) -> None:
        """Refuse a ticket that was dispatched before it came in."""
        if field.data and self.received.data and field.data < self.received.data:
            raise ValidationError(say(N_("This cannot be before it was received.")))

    def validate_closed(self, field: DateTimeLocalField) -> None:
        """Refuse an answer before the question."""
        self.validate_dispatched(field)

    @property
    def policy(self) -> Policy:
        """The policy of the category chosen, as it is under the circumstances chosen."""
        return catalogue.policy(self.category.data).under(
            urgency=Urgency(self.urgency.data),
            kind=self.kind.data or None,
            is_collective=self.collective.data == YES,
            has_contact=self.contact.data == YES,
        )

    @property
    def reckoning(self) -> Reckoning:
        """Every stage with its due moment and why."""
        return reckon(
            self.policy,
            received=_aware(self.received.data),
            dispatched=_aware(self.dispatched.data) if self.dispatched.data else None,
            closed=_aware(self.closed.data) if self.closed.data else None,
        )


def _aware(naive: dt.datetime) -> dt.datetime:
    return naive.replace(tzinfo=LOCAL_ZONE)
