"""Reply letters: drafted from a template, approved by somebody else, printed, sent."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from blueprints import looking
from blueprints.access import current_staff
from blueprints.letters import page
from blueprints.letters.forms import RemarkForm, SentForm, TemplateForm, WordsForm
from blueprints.letters.views import bp
from blueprints.refusals import carried_out, put_beside_field
from hotline.audit.models import Act, Sight, Subject
from hotline.categories import catalogue
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError
from hotline.letters import replying, rights
from hotline.letters.models import ReplyLetter, ReplyState
from hotline.wording import LOCAL_ZONE, N_, say

SUBMIT = "submit"


@bp.post("/<int:letter_id>/replies")
def draft(letter_id: int) -> ResponseReturnValue:
    """Begin a reply letter from a template."""
    letter, form = rights.find(letter_id, current_staff()), TemplateForm(prefix="template-")
    try:
        with transaction():
            reply = replying.draft(letter, form.template.data or "", by=current_staff(), now=utc_now())
            reply_id = reply.id
    except NotAllowedError:
        raise
    except HotlineError as error:
        put_beside_field(form, error)
        letter = rights.find(letter_id, current_staff())
        return page.render(letter, current_staff(), template_form=form), 422
    return redirect(url_for(".reply", reply_id=reply_id), 303)


@bp.get("/replies/<int:reply_id>")
def reply(reply_id: int) -> ResponseReturnValue:
    """Show a reply letter as far as it has come."""
    return _page(_reply(reply_id))


@bp.post("/replies/<int:reply_id>")
def write(reply_id: int) -> ResponseReturnValue:
    """Keep the words of a draft; with “submit”, ask for its approval."""
    found, form, by, now = _reply(reply_id), WordsForm(), current_staff(), utc_now()

    def act() -> None:
        replying.write(
            found,
            recipient=form.recipient.data,
            address=form.address.data,
            subject=form.subject.data,
            body=form.body.data,
            by=by,
            now=now,
        )
        if request.form.get("action") == SUBMIT:
            replying.submit(found, by=by, now=now)

    submits = request.form.get("action") == SUBMIT
    words = N_("The letter waits for approval.") if submits else N_("The draft is kept.")
    return _done(reply_id, form, "words_form", act, words)


@bp.post("/replies/<int:reply_id>/approve")
def approve(reply_id: int) -> ResponseReturnValue:
    """Approve a reply letter: it is numbered, and its words are fixed."""
    found = _reply(reply_id)
    return _done(
        reply_id,
        FlaskForm(prefix="approve-"),
        "approve_form",
        lambda: replying.approve(found, by=current_staff(), now=utc_now()),
        N_("The letter is approved and numbered."),
    )


@bp.post("/replies/<int:reply_id>/send-back")
def send_back(reply_id: int) -> ResponseReturnValue:
    """Let a draft be written anew."""
    found, form = _reply(reply_id), RemarkForm(prefix="remark-")
    return _done(
        reply_id,
        form,
        "remark_form",
        lambda: replying.send_back(found, remark=form.remark.data, by=current_staff(), now=utc_now()),
        N_("The draft is sent back."),
    )


@bp.post("/replies/<int:reply_id>/sent")
def send(reply_id: int) -> ResponseReturnValue:
    """Record that a reply letter went out."""
    found, form = _reply(reply_id), SentForm(prefix="sent-")
    return _done(
        reply_id,
        form,
        "sent_form",
        lambda: replying.send(
            found,
            sent_on=form.sent_on.data,
            how=form.sent_how.data,
            by=current_staff(),
            now=utc_now(),
        ),
        N_("The letter is marked as sent."),
    )


@bp.get("/replies/<int:reply_id>/print")
def print_(reply_id: int) -> ResponseReturnValue:
    """Show an approved reply letter as it goes on paper."""
    found = _reply(reply_id)
    replying.require_as_approved(found)
    looking.handed_out(Act.PRINTED, Subject.TICKET, found.letter.register_number)
    return render_template("letters/reply_print.html", reply=found, service=catalogue.desk().names)


def _reply(reply_id: int) -> ReplyLetter:
    found = replying.get(reply_id, current_staff())
    page.looked_at(found.letter, current_staff(), Sight.PAGE)
    return found


def _done(
    reply_id: int, form: FlaskForm, name: str, act: Callable[[], None], words: str
) -> ResponseReturnValue:
    if carried_out(form, act):
        flash(say(words), "success")
        return redirect(url_for(".reply", reply_id=reply_id), 303)
    return _page(replying.get(reply_id, current_staff()), **{name: form}), 422


def _page(found: ReplyLetter, **sent_back: FlaskForm) -> str:
    reader = current_staff()
    today = utc_now().astimezone(LOCAL_ZONE).date()
    forms: dict[str, FlaskForm] = {
        "words_form": WordsForm(
            formdata=None,
            recipient=found.recipient,
            address=found.address,
            subject=found.subject,
            body=found.body,
        ),
        "remark_form": RemarkForm(formdata=None, prefix="remark-"),
        "sent_form": SentForm(formdata=None, prefix="sent-", sent_on=today),
        "approve_form": FlaskForm(formdata=None, prefix="approve-"),
    }
    is_waiting = found.state is ReplyState.SUBMITTED
    return render_template(
        "letters/reply.html",
        reply=found,
        letter=found.letter,
        writes=rights.may_work(reader) and found.state is ReplyState.DRAFT,
        approves=is_waiting and rights.may_approve(reader) and found.drafted_by_id != reader.id,
        is_own=is_waiting and rights.may_approve(reader) and found.drafted_by_id == reader.id,
        sends=found.state is ReplyState.APPROVED and reader.is_any(*replying.SENDS),
        is_as_approved=found.number is None or replying.is_as_approved(found),
        **(forms | sent_back),
    )
