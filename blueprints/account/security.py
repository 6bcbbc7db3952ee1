"""My account: the browsers I am signed in with, and the second factor."""

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints import looking
from blueprints.access import current_staff
from blueprints.account.frame import bp
from blueprints.refusals import put_beside_field
from blueprints.session import signing
from blueprints.session.forms import CodeForm
from hotline.audit import journal
from hotline.audit.models import Act, Subject
from hotline.db import transaction, utc_now
from hotline.people import second_factors, sessions
from hotline.people.second_factors import CodeWrongError
from hotline.wording import N_, say

ISSUER = N_("Hotline service desk")


@bp.get("/sessions")
def session_list() -> ResponseReturnValue:
    """Show where I am signed in."""
    return render_template(
        "account/sessions.html",
        sessions=sessions.of(current_staff(), signing.limits(), now=utc_now()),
        here=sessions.digest(signing.token()),
        limits=signing.limits(),
    )


@bp.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one of my browsers out."""
    person, now = current_staff(), utc_now()
    with transaction():
        sessions.end(session_id, person, now=now)
        journal.record(
            Act.SESSION_ENDED, Subject.STAFF, person.number, by=looking.actor(), now=now, sessions=1
        )
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".session_list"), 303)


@bp.post("/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """Sign all my browsers out but this one."""
    person, now = current_staff(), utc_now()
    with transaction():
        ended = sessions.end_all(person, but=signing.token(), now=now)
        journal.record(
            Act.SESSION_ENDED, Subject.STAFF, person.number, by=looking.actor(), now=now, sessions=ended
        )
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for(".session_list"), 303)


@bp.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    """Show whether a second factor is set up, and what to do for one."""
    return _page(CodeForm(formdata=None))


@bp.post("/second-factor/begin")
def begin_second_factor() -> ResponseReturnValue:
    """Make a secret and show it as a picture for the telephone."""
    with transaction():
        second_factors.begin(current_staff())
    return _page(CodeForm(formdata=None), is_begun=True)


@bp.post("/second-factor/confirm")
def confirm_second_factor() -> ResponseReturnValue:
    """Let the second factor count from now on, and show the recovery codes once."""
    form, person, now = CodeForm(), current_staff(), utc_now()
    if form.validate_on_submit():
        try:
            with transaction():
                codes = second_factors.confirm(person, form.code.data, now=now)
                journal.record(
                    Act.SECOND_FACTOR_SET, Subject.STAFF, person.number, by=looking.actor(), now=now
                )
        except CodeWrongError as error:
            put_beside_field(form, error)
        else:
            return _page(CodeForm(formdata=None), codes=codes)
    return _page(form, is_begun=True), 422


def _page(form: CodeForm, *, is_begun: bool = False, codes: list[str] | None = None) -> str:
    person = current_staff()
    secret, picture = "", Markup()
    if is_begun:
        waiting = second_factors.pending(person)
        if waiting is not None:
            address = second_factors.address(waiting, person, say(ISSUER))
            # Made here of letters and digits; no word of anybody goes into it.
            picture = Markup(segno.make(address).svg_inline(scale=5, border=2))  # noqa: S704 - our own drawing
            secret = " ".join(waiting[at : at + 4] for at in range(0, len(waiting), 4))
    return render_template(
        "account/second_factor.html",
        form=form,
        secret=secret,
        picture=picture,
        codes=codes or [],
        left=second_factors.codes_left(person) if person.has_second_factor else 0,
        is_owed=signing.owes_second_factor(person),
    )
