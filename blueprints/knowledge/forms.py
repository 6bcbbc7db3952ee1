"""Forms about articles."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.intake import choices
from hotline import file_kinds
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.wording import LOCAL_ZONE, N_, in_both, in_words, say
from knowledge_base.article_models import ArticleRevision, Audience
from knowledge_base.articles import Content
from knowledge_base.gap_models import FeedbackKind

LONGEST_BODY = 50_000
LONGEST_REASON = 1000
TYPED = frozenset(
    ("title", "body", "aliases", "source_document", "department", "content_class", "region", "audience")
) | {"valid_from", "valid_until", "review_on"}
"""The fields of an article that are kept while they are typed."""


class ChangedMeanwhileError(HotlineError):
    """What is saved or published is what the person has read, and nothing else."""

    sentence = N_("Somebody changed this revision after you opened it. Look at it as it is now first.")
    field = "seen"


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def stamp_of(revision: ArticleRevision | None) -> str:
    """Return what tells one state of a revision from the next."""
    return f"{revision.id}@{revision.updated_at.isoformat()}" if revision is not None else ""


class SeenForm(FlaskForm):
    """A form about a revision as it was read."""

    seen = HiddenField()

    def refuse_unseen(self, revision: ArticleRevision | None) -> None:
        """Refuse to act on a state that the person has not seen. Raises `ChangedMeanwhileError`."""
        if self.seen.data != stamp_of(revision):
            raise ChangedMeanwhileError


class TicksField(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ArticleForm(SeenForm):
    """What an article says."""

    title = StringField(
        _l("Title"), filters=[_stripped], validators=[InputRequired(_l("Enter the title.")), Length(max=300)]
    )
    body = TextAreaField(
        _l("Text"),
        validators=[InputRequired(_l("Enter the text.")), Length(max=LONGEST_BODY)],
        render_kw={"rows": 18},
    )
    aliases = TextAreaField(
        _l("Also asked as"), filters=[_stripped], validators=[Length(max=4000)], render_kw={"rows": 4}
    )
    source_document = StringField(_l("Source document"), filters=[_stripped], validators=[Length(max=500)])
    department = SelectField(_l("Owning department"))
    content_class = SelectField(_l("Content class"))
    region = StringField(_l("Region"), filters=[_stripped], validators=[Length(max=40)])
    audience = RadioField(_l("Who may read it"))
    valid_from = DateField(_l("Valid from"), validators=[Optional()])
    valid_until = DateField(_l("Last day valid"), validators=[Optional()])
    review_on = DateField(_l("Review on"), validators=[Optional()])
    files = MultipleFileField(_l("Add files"), render_kw={"accept": ",".join(file_kinds.ENDINGS)})
    removed = TicksField(_l("Remove"), coerce=int)

    def __init__(
        self, content: Content | None = None, *, revision: ArticleRevision | None = None, seen: str = ""
    ) -> None:
        super().__init__(data=_start(content or Content(title="", body="")) | {"seen": seen})
        self.department.choices = [SelectChoice("", say(N_("None: the knowledge editors")))] + [
            SelectChoice(str(unit.id), in_both(unit.names)) for unit in departments.active()
        ]
        self.content_class.choices = choices.content_classes()
        self.audience.choices = [SelectChoice(one.value, in_words(one)) for one in Audience]
        _keep_retired(self.content_class)
        _keep_retired(self.department)
        self.removed.choices = [
            SelectChoice(file.id, file.name) for file in (revision.attachments if revision else ())
        ]

    def resume(self, typed: Mapping[str, str]) -> None:
        """Put back what was typed and not saved; what fits no field is left out."""
        for name in TYPED.intersection(typed):
            with suppress(ValueError):
                self[name].process_formdata([typed[name]])

    def content(self) -> Content:
        """Return what was filled in."""
        return Content(
            title=self.title.data or "",
            body=self.body.data or "",
            aliases=self.aliases.data or "",
            source_document=self.source_document.data or "",
            department_id=int(self.department.data) if self.department.data else None,
            valid_from=_begins(self.valid_from.data),
            valid_until=_ends(self.valid_until.data),
            review_on=self.review_on.data,
            content_class=self.content_class.data or "",
            region=self.region.data or "",
            audience=Audience(self.audience.data),
        )

    @property
    def attachment(self) -> MultipleFileField:
        """The field a refused file's sentence belongs beside."""
        return self.files


class ReportForm(FlaskForm):
    """What is wrong with an article."""

    kind = RadioField(_l("What is the matter?"), validators=[InputRequired(_l("Choose one."))])
    reason = TextAreaField(
        _l("What is wrong, and how do you know?"),
        filters=[_stripped],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [SelectChoice(one.value, in_words(one)) for one in FeedbackKind]


class SettleForm(FlaskForm):
    """What was done about a remark."""

    settlement = TextAreaField(
        _l("What was done about it"),
        filters=[_stripped],
        validators=[InputRequired(_l("Say what was done.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 2},
    )


class ConfirmForm(FlaskForm):
    """A review found the article still right."""

    next_on = DateField(_l("Review again on"), validators=[InputRequired(_l("Choose the day."))])


class NoteForm(SeenForm):
    """What is to be changed before an article can be published."""

    note = TextAreaField(
        _l("What is to be changed"),
        filters=[_stripped],
        validators=[InputRequired(_l("Say what is to be changed.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 4},
    )


class WithdrawForm(SeenForm):
    """Why an article answers nobody from now on."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[_stripped],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
    )


class DismissForm(FlaskForm):
    """Why a gap needs no article."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[_stripped],
        validators=[InputRequired(_l("Give the reason.")), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
    )


def _start(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "body": content.body,
        "aliases": content.aliases,
        "source_document": content.source_document,
        "department": str(content.department_id or ""),
        "content_class": content.content_class,
        "region": content.region,
        "audience": content.audience.value,
        "valid_from": content.valid_from and content.valid_from.astimezone(LOCAL_ZONE).date(),
        "valid_until": last_day(content.valid_until),
        "review_on": content.review_on,
    }


def last_day(valid_until: dt.datetime | None) -> dt.date | None:
    """Return the last local day on which something is valid that ends at `valid_until`."""
    if valid_until is None:
        return None
    return (valid_until.astimezone(LOCAL_ZONE) - dt.timedelta(microseconds=1)).date()


def _begins(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE).astimezone(dt.UTC) if day else None


def _ends(day: dt.date | None) -> dt.datetime | None:
    return _begins(day + dt.timedelta(days=1)) if day else None


def _keep_retired(field: SelectField) -> None:
    """Offer what an article carries though it is no longer in use: saving must not lose it."""
    value = field.object_data
    if value and value not in {
        choice[0] if isinstance(choice, tuple) else choice.value for choice in field.choices
    }:
        field.choices = [*field.choices, (value, value)]
