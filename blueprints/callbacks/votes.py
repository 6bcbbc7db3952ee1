"""The page behind a link of one vote: no sign-in, no personal data, one answer."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import access, limits
from blueprints.callbacks.forms import VoteForm
from blueprints.refusals import put_beside_field
from hotline.callbacks import links
from hotline.callbacks.errors import LinkOverError, OutcomeMissingError
from hotline.callbacks.link_models import CallbackLink
from hotline.categories import catalogue
from hotline.db import transaction, utc_now

bp = Blueprint("votes", __name__, url_prefix="/v")
access.public(bp)

OPENING = "30 per minute"
"""Of one address: a household behind one address opens a few, who tries tokens opens many."""
VOTING = "10 per minute"


@bp.get("/<token>")
@limits.LIMITER.limit(OPENING)
def show(token: str) -> ResponseReturnValue:
    """Ask how the matter was handled."""
    try:
        return _page(links.of_token(token, now=utc_now()), VoteForm())
    except LinkOverError:
        return render_template("callbacks/vote_over.html"), 404


@bp.post("/<token>")
@limits.LIMITER.limit(VOTING)
def vote(token: str) -> ResponseReturnValue:
    """Take the answer down; a second one finds the link used."""
    form = VoteForm()
    is_whole = form.validate()
    try:
        if is_whole:
            with transaction():
                links.vote(token, form.outcome(), now=utc_now())
            return redirect(url_for(".thanks"), 303)
        return _page(links.of_token(token, now=utc_now()), form), 422
    except OutcomeMissingError as error:
        put_beside_field(form, error)
        return _page(links.of_token(token, now=utc_now()), form), 422
    except LinkOverError:
        return render_template("callbacks/vote_over.html"), 404


@bp.get("/thanks")
def thanks() -> ResponseReturnValue:
    """Thank whoever answered."""
    return render_template("callbacks/vote_thanks.html")


def _page(link: CallbackLink, form: VoteForm) -> str:
    ticket = link.task.ticket
    policy = catalogue.current().policies.get(ticket.category)
    return render_template(
        "callbacks/vote.html",
        form=form,
        number=ticket.number,
        received_at=ticket.received_at,
        category=policy.names if policy else None,
        department=link.task.department.names if link.task.department else None,
        until=link.expires_at,
    )
