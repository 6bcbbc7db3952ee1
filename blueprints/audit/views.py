"""What the auditor reads: the journal of the service, who looked at whom, and alarms."""

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access
from blueprints.access import current_staff
from blueprints.audit import words
from blueprints.audit.forms import OutcomeForm
from hotline.audit import alarms, journal, viewings
from hotline.audit.models import Act, Subject
from hotline.db import transaction, utc_now
from hotline.people import staff
from hotline.people.roles import Role
from hotline.wording import LOCAL_ZONE

bp = Blueprint("audit", __name__, url_prefix="/audit")
access.only(bp, Role.AUDITOR)

FILTERS = ("act", "subject", "about", "by", "ticket", "first", "last")


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the journal: sign-ins, changes of settings, exports, prints."""
    since, before = _period()
    number = request.args.get("by", "").strip()
    person = staff.by_number(number) if number else None
    wanted = journal.Wanted(
        act=_chosen(Act, "act"),
        subject=_chosen(Subject, "subject"),
        about=request.args.get("about", "").strip(),
        by_id=(person.id if person else 0) if number else None,
        since=since,
        before=before,
    )
    lines = journal.page(wanted, current_staff(), _whole("after"))
    shown = lines[: journal.PAGE]
    return render_template(
        "audit/list.html",
        lines=[(line, list(words.changes(line.details))) for line in shown],
        acts=list(Act),
        subjects=list(Subject),
        wanted=wanted,
        tabs=_tabs("list_"),
        older_url=_older(shown[-1].id) if len(lines) > journal.PAGE else "",
    )


@bp.get("/looks")
def looks() -> ResponseReturnValue:
    """Show who looked at restricted matters and at callers' data: by ticket, by person, by period."""
    since, before = _period()
    wanted = viewings.Wanted(
        number=request.args.get("ticket", "").replace(" ", ""),
        staff_number=request.args.get("by", "").strip(),
        since=since,
        before=before,
    )
    found = viewings.page(wanted, current_staff(), _moment("after"))
    shown = found[: viewings.PAGE]
    return render_template(
        "audit/looks.html",
        looks=shown,
        tabs=_tabs("looks"),
        older_url=_older(shown[-1].when.isoformat()) if len(found) > viewings.PAGE else "",
    )


@bp.get("/alarms")
def alarm_list() -> ResponseReturnValue:
    """Show alarms of unusual looking, those that wait first."""
    return _alarms(OutcomeForm(formdata=None))


@bp.post("/alarms/<int:alarm_id>")
def settle(alarm_id: int) -> ResponseReturnValue:
    """Write down what an alarm came to."""
    form = OutcomeForm()
    if not form.validate_on_submit():
        return _alarms(form, alarm_id), 422
    with transaction():
        alarms.settle(alarm_id, outcome=form.outcome.data, by=current_staff(), now=utc_now())
    flash(_("The alarm is settled."), "success")
    return redirect(url_for(".alarm_list"), 303)


def _alarms(form: OutcomeForm, sent_back: int | None = None) -> str:
    only_open = request.args.get("state", "") != "all"
    return render_template(
        "audit/alarms.html",
        alarms=alarms.listed(current_staff(), only_open=only_open),
        only_open=only_open,
        form=form,
        blank=OutcomeForm(formdata=None),
        sent_back=sent_back,
        tabs=_tabs("alarm_list"),
    )


def _tabs(here: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for(f".{name}"), "icon": icon, "active": name == here}
        for name, label, icon in (
            ("list_", _("Journal"), "logs"),
            ("looks", _("Who looked"), "eye-search"),
            ("alarm_list", _("Alarms"), "alarm"),
        )
    ]


def _chosen(kind: Any, name: str) -> Any:
    value = request.args.get(name, "")
    return kind(value) if value in {one.value for one in kind} else None


def _whole(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _moment(name: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _period() -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return from when and until before when the address asks: whole local days."""
    first, last = _day("first"), _day("last")
    return (
        dt.datetime.combine(first, dt.time(), LOCAL_ZONE) if first else None,
        dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), LOCAL_ZONE) if last else None,
    )


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if dt.date(2000, 1, 1) <= day <= dt.date(2200, 1, 1) else None


def _older(after: object) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    return url_for(request.endpoint or ".list_", **kept, after=after)
