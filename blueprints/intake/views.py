"""The pages of a call, a visit and a letter: one form each, kept as a draft until it is sent."""

import datetime as dt
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.intake import choices, letters, panels, results, submitting
from blueprints.intake.forms import IntakeForm
from blueprints.intake.submitting import Action, Submission
from blueprints.intake.visits import FORMS
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from hotline.callbacks import needs
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import drafts, intake, phrases
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError
from hotline.people import staff
from hotline.people.roles import Role
from hotline.people.staff import TraineeRefusedError
from hotline.telephony import recording
from hotline.telephony.models import PhoneLeg
from hotline.wording import LOCAL_ZONE

bp = Blueprint("intake", __name__, url_prefix="/intake")
access.only(bp, *DESK, Role.CALLBACK_AGENT)

CHANNEL = "<any(call,visit,letter):channel>"
WITHOUT_KEY = frozenset(
    f"intake.{name}" for name in ("who", "likely", "category", "situation", "check", "saved")
)
"""What a form asks for while it is filled, and the page after it."""
LONGEST_DRAFT_FIELD = 40_000


@bp.before_request
def only_what_a_callback_brought() -> None:
    """Let callback agents take in what a caller raised at their callback, and nothing else (A8.3)."""
    if current_staff().is_any(*DESK) or request.endpoint in WITHOUT_KEY:
        return
    key = (request.view_args or {}).get("key")
    if key is None or not needs.was_raised_by(current_staff(), str(key)):
        raise NotAllowedError


@bp.get("/call")
@bp.get("/call/<uuid:key>")
def call(key: UUID | None = None) -> ResponseReturnValue:
    """Take a call: a fresh form, or the one parked under `key`."""
    return _form_page(Channel.CALL, key)


@bp.get("/visit")
@bp.get("/visit/<uuid:key>")
def visit(key: UUID | None = None) -> ResponseReturnValue:
    """Receive somebody at the desk."""
    return _form_page(Channel.VISIT, key)


@bp.get("/letter")
@bp.get("/letter/<uuid:key>")
def letter(key: UUID | None = None) -> ResponseReturnValue:
    """Register a letter."""
    return _form_page(Channel.LETTER, key)


@bp.post(f"/{CHANNEL}/<uuid:key>")
def save(channel: str, key: UUID) -> ResponseReturnValue:
    """Answer, refer, or make a ticket; or show what is missing, with everything typed still there."""
    form = FORMS[Channel(channel)]()
    sent = Submission(
        key=key,
        action=_action(),
        opened_at=opened_at(),
        by=current_staff(),
        now=utc_now(),
        joins=request.form.get("join", ""),
        links=request.form.get("link", ""),
    )
    if sent.action is Action.JOIN:
        form.title.validators = form.title.validators[1:]  # the ticket has a title already
    known = intake.already_recorded(str(key))
    if known is None:
        is_whole = form.validate()
        if sent.action in (Action.TICKET, Action.REPORT, Action.ANSWER):
            form.refuse_gaps()
        if not is_whole or form.errors:
            return _page(form, key, sent.opened_at), 422
    try:
        contact_id = submitting.save(form, sent, known)
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(form, key, sent.opened_at), 422
    return redirect(url_for(".saved", contact_id=contact_id), 303)


@bp.get("/saved/<int:contact_id>")
def saved(contact_id: int) -> ResponseReturnValue:
    """Show what to tell the caller: the number, the query code, what happens next and by when."""
    return render_template("intake/saved.html", outcome=results.outcome(contact_id))


@bp.post(f"/{CHANNEL}/<uuid:key>/draft")
def keep_draft(channel: str, key: UUID) -> ResponseReturnValue:
    """Keep what was typed since the last time."""
    changed = {
        name: value[:LONGEST_DRAFT_FIELD]
        for name, value in request.form.items()
        if name in FORMS[Channel(channel)].names()
    }
    if channel == Channel.LETTER and letters.keeps_no_text(request.form, str(key)):
        changed["content"] = ""
    with transaction():
        if intake.already_recorded(str(key)) is None:
            drafts.keep(
                current_staff(), Channel(channel), str(key), changed, started_at=opened_at(), now=utc_now()
            )
    return "", 204


@bp.post(f"/{CHANNEL}/<uuid:key>/article")
def read(channel: str, key: UUID) -> ResponseReturnValue:
    """Show one article to be read out, and keep it in the draft as what the answer will rest on."""
    form = FORMS[Channel(channel)]()
    form.revision_id.data = request.form.get("read", type=int)
    changed = {"revision_id": str(form.revision_id.data or "")}
    with transaction():
        drafts.keep(
            current_staff(), Channel(channel), str(key), changed, started_at=opened_at(), now=utc_now()
        )
    if request.headers.get("HX-Request"):
        return render_template(
            "intake/_article.html",
            form=form,
            is_fragment=True,
            guess=panels.guess(form),
            **panels.article(form.revision_id.data),
        )
    return _page(form, key, opened_at())


@bp.post(f"/{CHANNEL}/<uuid:key>/discard")
def discard(channel: str, key: UUID) -> ResponseReturnValue:
    """Throw a parked form away."""
    with transaction():
        drafts.drop(current_staff(), str(key))
    return redirect(url_for(f".{channel}"), 303)


def _action() -> Action:
    if "join" in request.form:
        return Action.JOIN
    if "link" in request.form:
        return Action.TICKET
    try:
        return Action(request.form.get("action", Action.TICKET))
    except ValueError:
        abort(400)


def opened_at() -> dt.datetime:
    """Return when the form at hand was opened: the page sends it along, and nothing later than now counts."""
    now = utc_now()
    try:
        told = dt.datetime.fromisoformat(request.values.get("opened_at", ""))
    except ValueError:
        return now
    return min(told, now) if told.tzinfo else now


def _form_page(channel: Channel, key: UUID | None) -> ResponseReturnValue:
    if key is None:
        return redirect(url_for(f".{channel.value}", key=uuid4()))
    known = intake.already_recorded(str(key))
    if known is not None:
        return redirect(url_for(".saved", contact_id=known.id))
    draft, leg = drafts.of(current_staff(), str(key)), _leg(channel, key)
    typed = (recording.filled(leg) if leg else {}) | (draft.typed if draft else {})
    form = FORMS[channel].resumed(typed) if typed else FORMS[channel]()
    began = leg.call.received_at if leg else draft.started_at if draft else utc_now()
    return _page(form, key, began)


def _leg(channel: Channel, key: UUID) -> PhoneLeg | None:
    """Return the call that the exchange opened this form for, if it was one."""
    return recording.of_form(str(key), current_staff()) if channel is Channel.CALL else None


def _page(form: IntakeForm, key: UUID, opened: dt.datetime) -> str:
    """Return the page of `form`, with every panel as its fields ask for."""
    if form.channel is Channel.CALL and (refusal := _refusal()):
        return render_template("intake/refused.html", refusal=refusal)
    if "received_at" in form and form.received_at.data is None and not form.received_at.errors:
        form.received_at.data = opened.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    form.message_for.choices = choices.colleagues()
    return render_template(
        f"intake/{form.channel.value}.html",
        form=form,
        key=key,
        leg=_leg(form.channel, key),
        opened_at=opened,
        desk=catalogue.desk(),
        phrases=phrases.known_to(current_staff()),
        scripts_to_say=phrases.scripts_for(current_staff()),
        parked=[one for one in drafts.parked(current_staff()) if one.submission_key != str(key)],
        **panels.everything(form),
    )


def _refusal() -> HotlineError | None:
    """Return why the person at the desk may not take calls, before they type a word (A3.7)."""
    try:
        staff.require_independent(current_staff())
    except TraineeRefusedError as error:
        return error
    return None
