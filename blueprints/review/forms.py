"""The shift leader's form: to whom, with which opinions."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, SelectField, SelectMultipleField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from blueprints.tickets.forms import NOBODY, departments_to_choose
from hotline.categories.policy import Policy
from hotline.categories.terms import Confidentiality
from hotline.contacts.written import cleaned
from hotline.people import departments
from hotline.tickets.models import Ticket
from hotline.wording import in_both


class DispatchForm(FlaskForm):
    """A dispatch order: lead, assists, opinions."""

    lead = SelectField(_l("Lead department"), validators=[DataRequired(_l("Choose the lead department."))])
    assists = SelectMultipleField(_l("Assisting departments"))
    opinions = FieldList(
        TextAreaField(filters=[cleaned], validators=[Length(max=500)], render_kw={"rows": 2})
    )
    may_not_return = BooleanField(_l("Without right of return"))
    to_fallback = SubmitField(_l("Send to the fallback department"))

    def offer(self, ticket: Ticket, policy: Policy, suggested: str) -> None:
        """Fill in the departments that may have it, the one suggested, and the opinions policy asks for."""
        choices = departments_to_choose()
        if ticket.confidentiality is Confidentiality.RESTRICTED:
            choices = [
                SelectChoice(one.code, in_both(one.names))
                for one in departments.active()
                if one.takes_tip_offs
            ]
        self.lead.choices = [NOBODY, *choices]
        self.assists.choices = choices
        for number, field in enumerate(self.opinions, start=1):
            field.label.text = _l("Opinion %(number)s", number=number)
        if not self.is_submitted():
            self.lead.data = suggested


def fresh(policy: Policy) -> DispatchForm:
    """Return the form with the opinions of the policy in it, ready to be edited."""
    return DispatchForm(data={"opinions": [in_both(one) for one in policy.opinions] or [""]})
