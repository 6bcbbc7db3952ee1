"""The forms of what the desk owes, and of the calls it makes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from hotline.categories import catalogue
from hotline.categories.catalogue import UnknownCodeError
from hotline.contacts.written import cleaned, one_line
from hotline.errands.calls import PURPOSES
from hotline.errands.models import ErrandKind
from hotline.wording import in_both, in_words

LONGEST = 500


class NoteForm(FlaskForm):
    """Somebody to be called back."""

    kind = RadioField(_l("What happened?"), default=ErrandKind.CALL_BACK.value)
    phone = StringField(
        _l("Phone"), filters=[one_line], validators=[InputRequired(_l("Type the number.")), Length(max=60)]
    )
    name = StringField(_l("Name"), filters=[one_line], validators=[Length(max=60)])
    words = TextAreaField(_l("About what"), filters=[cleaned], validators=[Length(max=2000)])

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [
            (kind.value, in_words(kind)) for kind in (ErrandKind.CALL_BACK, ErrandKind.MISSED_CALL)
        ]


class OutcomeForm(FlaskForm):
    """What came of it."""

    outcome = StringField(
        _l("What came of it?"),
        filters=[one_line],
        validators=[InputRequired(_l("Write down what came of it.")), Length(max=LONGEST)],
    )


class AttemptForm(FlaskForm):
    """A call that did not reach anybody."""

    note = StringField(_l("Note"), filters=[one_line], validators=[Length(max=LONGEST)])


class CallForm(FlaskForm):
    """A call the desk made."""

    phone = StringField(
        _l("Number called"),
        filters=[one_line],
        validators=[InputRequired(_l("Type the number.")), Length(max=60)],
    )
    purpose = SelectField(_l("Purpose"), validators=[InputRequired(_l("Say what the call was for."))])
    number = StringField(_l("Ticket number"), filters=[one_line], validators=[Length(max=20)])
    is_reached = BooleanField(_l("Reached"), default=True)
    note = StringField(_l("Note"), filters=[one_line], validators=[Length(max=LONGEST)])

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        try:
            items = catalogue.code_list(PURPOSES)
        except UnknownCodeError:
            items = ()
        self.purpose.choices = [("", ""), *((one.code, in_both(one.names)) for one in items)]
