"""Where everybody arrives: what waits for me, and what I was told."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from hotline.db import transaction, utc_now
from hotline.delivery import notices as tray

bp = Blueprint("desk", __name__)
access.anybody_signed_in(bp)


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what waits for the person signed in."""
    return render_template("desk/show.html", notices=tray.recent(current_staff(), limit=8))


@bp.get("/notices")
def notices() -> ResponseReturnValue:
    """Show the in-tray."""
    return render_template("desk/notices.html", notices=tray.recent(current_staff()))


@bp.post("/notices/read")
def read() -> ResponseReturnValue:
    """Mark the in-tray as read."""
    with transaction():
        tray.mark_read(current_staff(), now=utc_now())
    return redirect(url_for(".notices"), 303)
