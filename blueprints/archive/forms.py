"""How long a matter is kept, and filing it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from hotline.categories.keeping import RetentionClass
from hotline.wording import in_words


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class ClassForm(FlaskForm):
    """Another class than the rule gave, and why."""

    retention = SelectField(_l("To be kept"))
    reason = StringField(
        _l("Reason"), filters=[_stripped], validators=[InputRequired(_l("Say why.")), Length(max=300)]
    )

    def __init__(self) -> None:
        super().__init__(prefix="class-")
        self.retention.choices = [SelectChoice(one.value, in_words(one)) for one in RetentionClass]


class FileForm(FlaskForm):
    """Where the matter is filed."""

    file_number = StringField(
        _l("File number"),
        filters=[_stripped],
        validators=[
            Length(max=40),
            Regexp(r"[A-Za-z0-9_.:+-]*\Z", message=_l("Letters, digits and . - _ : + only.")),
        ],
        render_kw={"autocomplete": "off"},
    )

    def __init__(self) -> None:
        super().__init__(prefix="file-")
