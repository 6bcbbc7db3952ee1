"""The forms in which a round is brought to its end: reply, answer, filing, closing."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.tickets.forms import text_field
from blueprints.tickets.need_fields import NeedsForm
from hotline.categories.channels import Channel
from hotline.categories.terms import ClosingNeed
from hotline.dispatch.actions import Standing
from hotline.people.models import Staff
from hotline.tickets import answering, closing_needs, merging
from hotline.tickets.files import MOST_FILES
from hotline.tickets.parts import Part
from hotline.wording import in_words


class PhonedForm(NeedsForm):
    """Who was phoned in an emergency, before or beside the order (scenario 6)."""

    def offer(self, at: Standing, person: Staff) -> None:
        """Ask for the call alone."""
        self.ask(at, {ClosingNeed.PHONE_DISPATCH_RECORDED})


class FileReplyForm(NeedsForm):
    """Finishing what nobody waits to be told."""

    def offer(self, at: Standing, person: Staff) -> None:
        """Ask for whatever is not on record yet."""
        self.ask(at, answering.BESIDE_THE_ANSWER)


class CloseForm(NeedsForm):
    """Closing what the desk settles itself."""

    note = text_field(_l("Note"))

    def offer(self, at: Standing, person: Staff) -> None:
        """Ask for whatever is not on record yet."""
        self.ask(at, answering.BESIDE_THE_ANSWER)


class AnswerForm(NeedsForm):
    """What the caller is told, taken from the department's reply."""

    words = text_field(_l("What the caller is told"), _l("Write what the caller is told."), rows=6)
    channel = SelectField(_l("Told by"), coerce=Channel)

    def offer(self, at: Standing, person: Staff) -> None:
        """Propose the department's own words, by the way the matter came in; ask for what else is needed."""
        self.ask(at, answering.BESIDE_THE_ANSWER)
        self.channel.choices = [
            SelectChoice(one, in_words(one)) for one in (Channel.CALL, Channel.LETTER, Channel.VISIT)
        ]
        callers = sum(one.can_be_reached and one.wants_reply for one in merging.callers_of(at.ticket))
        if callers > 1:
            self.words.description = _l(
                "%(count)s callers wait for this answer: tell each of them.", count=callers
            )
        if self.is_fresh():
            part = answering.replied_part(at.ticket)
            self.words.data = part.reply if part else ""
            self.channel.data = Channel.LETTER if at.ticket.channel is Channel.LETTER else Channel.CALL


class ReplyForm(NeedsForm):
    """What the department found and did, in words the caller can be told."""

    reply = text_field(
        _l("Reply, in words the caller can be told"), _l("Write what the caller can be told."), rows=7
    )
    files = MultipleFileField(_l("Files"))

    def offer(self, at: Standing, person: Staff) -> None:
        """Say how many files there may be; ask the lead for what the category wants known of the handling."""
        self.files.description = _l("Up to %(most)s files: PDF, pictures, office documents.", most=MOST_FILES)
        part = at.part_of(person)
        is_lead = part is not None and part.part is Part.LEAD
        self.ask(at, closing_needs.BY_DEPARTMENT if is_lead else ())
