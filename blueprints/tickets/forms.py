"""The small forms of a ticket's page, one for each act."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from hotline.categories import catalogue
from hotline.contacts.written import cleaned
from hotline.dispatch import sending
from hotline.dispatch.actions import Standing
from hotline.dispatch.models import UrgeChannel
from hotline.people import departments
from hotline.people.models import Staff
from hotline.tickets import notes
from hotline.wording import in_both, in_words

LONGEST = 4000
NOBODY = SelectChoice("", "—")

Choices = list[SelectChoice]


def text_field(label: str, missing: str = "", *, rows: int = 3, longest: int = LONGEST) -> TextAreaField:
    """Return a field for words; `missing` is what is said when they are, where they must not."""
    needed = InputRequired(missing) if missing else Optional()
    return TextAreaField(
        label, filters=[cleaned], validators=[needed, Length(max=longest)], render_kw={"rows": rows}
    )


def departments_to_choose(*without: int | None) -> Choices:
    """Return the departments in use as choices, those named by id left out."""
    return [
        SelectChoice(one.code, in_both(one.names)) for one in departments.active() if one.id not in without
    ]


def codes(code_list: str) -> Choices:
    """Return the entries of a code list as choices."""
    return [SelectChoice(one.code, in_both(one.names)) for one in catalogue.code_list(code_list)]


class ActForm(FlaskForm):
    """An act that needs no more than its button."""

    def offer(self, at: Standing, person: Staff) -> None:
        """Fill in what can be chosen, and what is proposed."""

    def is_fresh(self) -> bool:
        """Tell whether nobody has sent this form yet, so that proposals may be filled in."""
        return not any(name.startswith(self._prefix) for name in request.form)


class NoteForm(ActForm):
    """A few words."""

    note = text_field(_l("Note"), _l("Write the note first."))


class ReasonForm(ActForm):
    """An act that must say why."""

    reason = text_field(_l("Reason"), _l("Give the reason."))


class RuleForm(ActForm):
    """The ruling on a return."""

    decision = RadioField(_l("Ruling"), validators=[InputRequired(_l("Choose a ruling."))])
    department = SelectField(_l("Department it goes to"), validators=[Optional()])
    ruling = text_field(_l("Grounds"), _l("Give the grounds of the ruling."))

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the ways it can go; propose the department that was suggested."""
        asked = at.pending_return
        self.decision.choices = [
            SelectChoice("refuse", _l("Refuse: the department handles it and may not return it again")),
            SelectChoice("reassign", _l("Grant: send it to another department, which may not return it")),
            SelectChoice("review", _l("Grant: back to the review queue")),
        ]
        part = asked.assignment if asked else None
        fallback = sending.fallback(at.ticket)
        if fallback is not None and part is not None and part.department is not fallback:
            said = _l(
                "Grant: no department accepts it, send it to the fallback department %(department)s",
                department=in_both(fallback.names),
            )
            self.decision.choices.insert(2, SelectChoice("fallback", said))
        self.department.choices = [NOBODY, *departments_to_choose(part.department_id if part else None)]
        if self.is_fresh() and asked is not None and asked.suggested_department is not None:
            self.department.data = asked.suggested_department.code


class DecideExtensionForm(ActForm):
    """Granting or refusing more time."""

    decision = RadioField(
        _l("Decision"),
        choices=[SelectChoice("grant", _l("Grant")), SelectChoice("refuse", _l("Refuse"))],
        validators=[InputRequired(_l("Choose a decision."))],
    )
    note = text_field(_l("Note"))


class UrgeForm(ActForm):
    """Pressing a department."""

    department = SelectField(_l("Department"))
    channel = SelectField(_l("How"), coerce=UrgeChannel)
    reason = text_field(_l("Reason"), _l("Give the reason."))
    answer = text_field(_l("What the department answered, if it did"))

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the departments that have the ticket."""
        self.department.choices = [
            SelectChoice(one.department.code, in_both(one.department.names)) for one in at.parts
        ]
        ways = (UrgeChannel.PHONE, UrgeChannel.SYSTEM, UrgeChannel.LETTER, UrgeChannel.VISIT)
        self.channel.choices = [SelectChoice(one, in_words(one)) for one in ways]


class AddAssistForm(ActForm):
    """A further department that helps the lead."""

    department = SelectField(_l("Department"), validators=[InputRequired(_l("Choose a department."))])

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the departments that do not have the ticket yet."""
        has = [part.department_id for part in at.parts]
        self.department.choices = [NOBODY, *departments_to_choose(*has)]


class ReassignForm(AddAssistForm):
    """Another lead department instead of the present one."""

    reason = text_field(_l("Reason"), _l("Give the reason."))


class EndSupervisionForm(ActForm):
    """What came of a supervision."""

    outcome = text_field(_l("Outcome"), _l("Write what came of it."))


class ReclassifyForm(ActForm):
    """Another category, with the reason."""

    category = SelectField(_l("Category"))
    content_class = SelectField(_l("Content class"), validators=[Optional()])
    reason = text_field(_l("Reason"), _l("Give the reason."))

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the categories open to the channel."""
        self.category.choices = _categories(at)
        self.content_class.choices = [
            NOBODY,
            *(
                SelectChoice(one.code, f"{one.code} {in_both(one.names)}")
                for one in catalogue.content_classes()
            ),
        ]
        if self.is_fresh():
            self.category.data = at.ticket.category
            self.content_class.data = at.ticket.content_class or ""


class SplitForm(ActForm):
    """Making a ticket of its own of a part of the matter."""

    stays_title = StringField(
        _l("New title of this ticket"),
        filters=[cleaned],
        validators=[InputRequired(_l("Give this ticket a title for what stays on it.")), Length(max=200)],
    )
    stays = text_field(_l("What stays on this ticket"), _l("Write what stays on this ticket."), rows=5)
    category = SelectField(_l("Category of the new ticket"))
    title = StringField(
        _l("Title of the new ticket"),
        filters=[cleaned],
        validators=[InputRequired(_l("Give the new ticket a title.")), Length(max=200)],
    )
    content = text_field(_l("What the new ticket is about"), _l("Write what goes to the new ticket."), rows=5)

    def offer(self, at: Standing, person: Staff) -> None:
        """Start from the whole text, to be cut in two."""
        self.category.choices = _categories(at)
        if self.is_fresh():
            self.stays.data = at.ticket.content


class MergeForm(ActForm):
    """The ticket that takes this one in."""

    into = StringField(
        _l("Number of the ticket that goes on"),
        filters=[cleaned],
        validators=[InputRequired(_l("Type the number of the other ticket.")), Length(max=20)],
    )


class DeclineForm(ActForm):
    """Not accepting a matter: the reason, and where the caller is sent."""

    reason = SelectField(_l("Reason"), validators=[InputRequired(_l("Choose the reason."))])
    route = text_field(_l("What the caller is told to do instead"))

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the list of reasons; each has its own words for the caller."""
        self.reason.choices = codes("decline_reason")
        self.route.description = _l("Left empty, the caller is told what belongs to the reason.")


class HandOverForm(ActForm):
    """Who answers for the matter from now on."""

    to = SelectField(_l("Colleague"), coerce=int)

    def offer(self, at: Standing, person: Staff) -> None:
        """Offer the colleagues who take calls on their own."""
        self.to.choices = [
            SelectChoice(one.id, f"{one.name} {one.number}")
            for one in notes.may_own()
            if one.id != at.ticket.first_contact_owner_id
        ]


class RevealForm(FlaskForm):
    """Why somebody needs to see what is masked."""

    reason = StringField(
        _l("What do you need it for?"),
        filters=[cleaned],
        validators=[InputRequired(_l("Give the reason.")), Length(max=300)],
    )


def _categories(at: Standing) -> Choices:
    return [
        SelectChoice(one.code, in_both(one.names))
        for one in catalogue.open_categories(at.ticket.channel)
        if one.opens_ticket
    ]
