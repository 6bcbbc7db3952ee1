"""The forms of a letter's page: receipt, scans, decision, hand-over, posting, reply letter."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.intake import choices
from blueprints.intake.forms import HELD_BY, TOO_LONG, IntakeForm, moment, text
from hotline.categories.channels import Channel, IntakeField
from hotline.contacts.models import Letter, Requester
from hotline.contacts.written import cleaned
from hotline.letters import deciding, drafting, handing, receiving, replying, scans
from hotline.people.models import Staff
from hotline.wording import in_both

ASKED_HERE = frozenset({"place", "title", "content_class"})
"""What a ticket needs besides the register entry."""


class ReceiptForm(FlaskForm):
    """What was stated, what was found, and what was in order."""

    stated = text(_l("The envelope says it contains"), receiving.LONGEST)
    found = text(_l("Found in it"), receiving.LONGEST)
    passed = SelectMultipleField(
        _l("In order"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    discrepancy = text(_l("Discrepancy"), receiving.LONGEST)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.passed.choices = [(one.code, in_both(one.names)) for one in receiving.checks()]


class ToldForm(FlaskForm):
    """How the sender was told of a discrepancy."""

    told_how = text(_l("How the sender was told"), receiving.LONGEST_WAY)


class ScansForm(FlaskForm):
    """Files of the scanner."""

    files = MultipleFileField(
        _l("Files of the scan"), render_kw={"accept": ",".join(scans.ENDINGS), "multiple": True}
    )


class ClassForm(FlaskForm):
    """Another class for a letter that is still open."""

    letter_class = SelectField(_l("Class of letter"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.letter_class.choices = choices.of_list("letter_class")[1:]


class FileForm(FlaskForm):
    """Why no ticket is made."""

    reason = text(_l("No ticket, because"), deciding.LONGEST_REASON)


class HandOverForm(FlaskForm):
    """To whom a letter is handed."""

    receiver = SelectField(_l("Receiver"), validate_choice=False)
    reason = text(_l("Reason or remark"), deciding.LONGEST_REASON)

    def offer(self, by: Staff) -> None:
        """Offer those who receive for administration."""
        self.receiver.choices = [("", ""), *((str(one.id), _named(one)) for one in handing.receivers(by))]

    def chosen(self, by: Staff) -> Staff | None:
        """Return whom was chosen."""
        return next((one for one in handing.receivers(by) if str(one.id) == self.receiver.data), None)


class PostingForm(FlaskForm):
    """Where and when a praise letter was posted."""

    words = text(_l("Where it was posted"), 300)
    happened_at = moment(_l("Posted at"))


class TemplateForm(FlaskForm):
    """What kind of reply letter is drafted."""

    template = SelectField(_l("Template"), validate_choice=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.template.choices = [(one.code, in_both(one.names)) for one in drafting.templates()]


class WordsForm(FlaskForm):
    """The words of a reply letter."""

    recipient = text(_l("Recipient"), replying.LONGEST_RECIPIENT)
    address = text(_l("Address"), replying.LONGEST_ADDRESS)
    subject = text(_l("Subject"), replying.LONGEST_SUBJECT)
    body = TextAreaField(
        _l("Text of the letter"),
        filters=[cleaned],
        validators=[Length(max=replying.LONGEST_BODY, message=TOO_LONG)],
    )


class RemarkForm(FlaskForm):
    """What has to be changed in a draft."""

    remark = text(_l("What has to be changed"), replying.LONGEST_REMARK)


class SentForm(FlaskForm):
    """That a letter went out."""

    sent_on = DateField(_l("Sent on"), validators=[Optional()])
    sent_how = text(_l("By which post, under which number"), replying.LONGEST_WAY)


class OrderForm(IntakeForm):
    """The ticket that a registered letter becomes."""

    channel = Channel.LETTER

    reason = StringField(
        _l("Reason for this decision"),
        validators=[Length(max=deciding.LONGEST_REASON, message=TOO_LONG)],
    )

    def __init__(self, *args: Any, letter: Letter, **options: Any) -> None:
        self.letter = letter
        super().__init__(*args, **options)
        self.category.validators = [InputRequired(_l("Choose the category."))]

    def known(self) -> list[Requester]:
        """Return whom the letter is from."""
        return [self.letter.requester] if self.letter.requester else []

    def _is_known(self, name: IntakeField) -> bool:
        """Tell whether the register holds it already, as far as the letter says it."""
        return name in HELD_BY and HELD_BY[name] not in ASKED_HERE


def _named(person: Staff) -> str:
    return f"{person.name} {person.number}"
