"""Where everybody arrives: what waits for me, and what I was told."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.desk import piles, queries
from blueprints.navigation import DESK
from hotline.db import transaction, utc_now
from hotline.delivery import gathering
from hotline.delivery import notices as tray
from hotline.errors import NotFoundError

NOTICES_BESIDE = 8

bp = Blueprint("desk", __name__)
access.anybody_signed_in(bp)


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what waits for the person signed in."""
    person = current_staff()
    return render_template(
        "desk/show.html",
        piles=piles.waiting_for(person, utc_now()),
        drafts=queries.drafts_of(person) if person.is_any(*DESK) else (),
        notices=queries.notices_of(person, utc_now(), limit=NOTICES_BESIDE),
        takes_contacts=person.is_any(*DESK),
    )


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """Show the in-tray."""
    return render_template("desk/notices.html", notices=queries.notices_of(current_staff(), utc_now()))


@bp.get("/notices/<kind>/<day>")
def gathered(kind: str, day: str) -> ResponseReturnValue:
    """Show the notices that one line of the in-tray stands for."""
    group = gathering.read(f"{kind}:{day}")
    if group is None:
        raise NotFoundError
    notices = queries.notices_in(current_staff(), group, utc_now())
    return render_template("desk/gathered.html", group=group, notices=notices)


@bp.post("/notices/read")
def read() -> ResponseReturnValue:
    """Mark the in-tray as read, or the notices of one of its lines."""
    with transaction():
        group = gathering.read(request.form.get("group"))
        tray.mark_read(current_staff(), group=group, now=utc_now())
    return redirect(url_for(".notices"), 303)
