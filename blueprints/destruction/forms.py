"""Preparing, approving and signing a destruction."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from hotline.retention.models import Scope
from hotline.wording import in_words


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class PrepareForm(FlaskForm):
    """What shall go, and why."""

    scope = RadioField(_l("What"), default=Scope.MATTERS.value)
    reason = StringField(
        _l("Reason"), filters=[_stripped], validators=[InputRequired(_l("Say why.")), Length(max=300)]
    )

    def __init__(self) -> None:
        super().__init__(prefix="prepare-")
        self.scope.choices = [SelectChoice(one.value, in_words(one)) for one in Scope]


class DecideForm(FlaskForm):
    """Approval or refusal."""

    decision = RadioField(
        _l("Decision"),
        choices=[SelectChoice("approve", _l("Approve")), SelectChoice("refuse", _l("Do not approve"))],
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = StringField(_l("Note; a refusal says why"), filters=[_stripped], validators=[Length(max=300)])

    def __init__(self) -> None:
        super().__init__(prefix="decide-")


class SignForm(FlaskForm):
    """A witness's signature: the number of the batch, typed."""

    typed = StringField(
        _l("Number of the batch"),
        filters=[_stripped],
        validators=[InputRequired(_l("Type the number of this batch to sign.")), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )

    def __init__(self) -> None:
        super().__init__(prefix="sign-")
