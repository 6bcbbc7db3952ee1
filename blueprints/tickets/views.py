"""Tickets: the list, the page of one, and what is done with it."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from blueprints import access as web_access
from blueprints import limits, looking
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from blueprints.session.views import inside
from blueprints.tickets import listing, page, words
from blueprints.tickets.acts import ACTS
from blueprints.tickets.doings import Doing
from blueprints.tickets.forms import RevealForm
from hotline.audit.models import Act, Sight, Subject
from hotline.contacts import series
from hotline.db import transaction, utc_now
from hotline.dispatch import actions
from hotline.dispatch.actions import Action
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.roles import Role
from hotline.tickets import access, files, notes

bp = Blueprint("tickets", __name__, url_prefix="/tickets")
web_access.anybody_signed_in(bp)
words.register(bp)


@bp.get("")
@limits.LIMITER.limit(
    limits.SEARCHING,
    key_func=lambda: f"search:{looking.actor().staff_id}",
    exempt_when=lambda: not request.args.get("q"),
)
def list_() -> ResponseReturnValue:
    """List the tickets this person may see."""
    found = listing.read(request.args, current_staff(), utc_now())
    template = "tickets/_rows.html" if request.headers.get("HX-Request") else "tickets/list.html"
    return render_template(template, **found)


@bp.route("/search", methods=["GET", "POST"])
def search() -> ResponseReturnValue:
    """Find tickets by words or numbers; a whole ticket number goes straight to its ticket.

    Posted, so that what callers are known by stands in no address; the address alone leads to the list.
    """
    typed = request.form.get("q", "").strip()
    if series.is_ticket_number(typed.replace(" ", "")):
        return redirect(url_for(".show", number=typed.replace(" ", "")), 303)
    if not typed:
        return redirect(listing.address(request.form), 303)
    return render_template(
        "tickets/list.html", **listing.read(request.form, current_staff(), utc_now(), words=typed)
    )


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show one ticket: where it stands, by when, why, who has it, what was said."""
    person = current_staff()
    return page.render(looking.find(number, person, Sight.PAGE), person, utc_now())


@bp.get("/<number>/<action>")
def form(number: str, action: str) -> ResponseReturnValue:
    """Show the form of one act: over the page that asks for it, or as a page of its own without scripts."""
    wanted, person = _action(action), current_staff()
    at = actions.standing(looking.find(number, person, Sight.PAGE))
    actions.require(at, wanted, person)
    asked = ACTS[wanted].form(prefix=f"{wanted}-")
    asked.offer(at, person)
    return render_template(
        "tickets/_act.html" if request.headers.get("HX-Request") else "tickets/act.html",
        ticket=at.ticket,
        action=wanted,
        act=ACTS[wanted],
        form=asked,
        ticket_url=url_for(".show", number=number),
        next_url=request.args.get("next", ""),
    )


@bp.post("/<number>/<action>")
def act(number: str, action: str) -> ResponseReturnValue:
    """Do one of the acts the page offers."""
    wanted, person, now = _action(action), current_staff(), utc_now()
    at = actions.standing(looking.find(number, person))
    actions.require(at, wanted, person)
    form = ACTS[wanted].form(prefix=f"{wanted}-")
    form.offer(at, person)
    if form.validate():
        try:
            with transaction():
                ACTS[wanted].perform(Doing(form, at, person, now))
        except (NotAllowedError, actions.NotOfferedError):
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(page.say_done(wanted), "success")
            return _onwards(number)
    ticket = looking.find(number, person, Sight.PAGE)
    return page.render(ticket, person, now, sent_back={wanted: form}), 422


@bp.post("/<number>/contacts/<int:contact_id>/reveal")
def reveal(number: str, contact_id: int) -> ResponseReturnValue:
    """Show whom a contact is from in full, once, with a line of who looked and why."""
    person, now = current_staff(), utc_now()
    ticket = looking.find(number, person, Sight.PAGE)
    contact = page.contact_of(actions.standing(ticket), contact_id, person)
    if contact is None or contact.requester is None:
        raise NotFoundError
    form, requester = RevealForm(prefix="reveal-"), contact.requester
    if form.validate():
        try:
            with transaction():
                notes.reveal(
                    ticket,
                    requester,
                    actions.standing(ticket).policy,
                    reason=form.reason.data,
                    by=person,
                    now=now,
                    address=looking.address(),
                )
        except NotAllowedError:
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return page.render(ticket, person, now, revealed=requester)
    return page.render(ticket, person, now, reveal_form=form), 422


@bp.get("/<number>/orders/<int:part_id>")
def order(number: str, part_id: int) -> ResponseReturnValue:
    """Show the printable dispatch order (派工单) of one department's part, its limits on it."""
    person = current_staff()
    ticket = looking.find(number, person, Sight.ORDER)
    part = next((one for one in ticket.assignments if one.id == part_id), None)
    if part is None or (person.acts_for_department and part.department_id != person.department_id):
        raise NotFoundError
    looking.handed_out(Act.PRINTED, Subject.TICKET, ticket.number)
    return render_template("tickets/order.html", **page.order(ticket, part, person))


@bp.get("/<number>/files/<int:file_id>")
def file(number: str, file_id: int) -> ResponseReturnValue:
    """Hand out a file of a ticket: always to be saved, never shown inside the site."""
    ticket = looking.find(number, current_staff(), Sight.FILE)
    row = next((one for one in ticket.attachments if one.id == file_id), None)
    if row is None:
        raise NotFoundError
    looking.handed_out(Act.FILE_FETCHED, Subject.TICKET, ticket.number)
    answer = send_file(files.stored(row), mimetype=row.media_type, as_attachment=True, download_name=row.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _action(name: str) -> Action:
    if name not in {one.value for one in ACTS}:
        raise NotFoundError
    return Action(name)


def _onwards(number: str) -> ResponseReturnValue:
    """Go back to where the person works: the list they came from, or the ticket if they still see it."""
    person = current_staff()
    if request.form.get("next"):
        return redirect(inside(request.form["next"]), 303)
    try:
        access.find(number, person)
    except access.NoSuchTicketError:
        home = "department.list_" if person.is_any(Role.DEPARTMENT_CLERK) else "tickets.list_"
        return redirect(url_for(home), 303)
    return redirect(url_for(".show", number=number), 303)
