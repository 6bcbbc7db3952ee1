"""The caller's page: who it is, masked; what they came for; and looking behind the mask, with a reason."""

from collections.abc import Callable, Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from blueprints.requesters import joining
from blueprints.requesters.forms import (
    AddressForm,
    FindForm,
    MarkForm,
    MergeForm,
    PhoneForm,
    RevealForm,
)
from hotline.callbacks import tags
from hotline.categories import catalogue
from hotline.contacts import merging, requesters, reveals
from hotline.contacts.models import Requester
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.roles import Role
from hotline.tickets import callers
from hotline.wording import in_both

bp = Blueprint("requesters", __name__, url_prefix="/requesters")
access.only(bp, *DESK, Role.CALLBACK_AGENT, Role.AUDITOR)

MOST_SHOWN = 50
CHANGES = (Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
READS_REVEALS = (Role.AUDITOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)


@bp.get("/<int:requester_id>")
def show(requester_id: int) -> ResponseReturnValue:
    """Show a caller as the desk may see them."""
    requester = callers.find(requester_id, current_staff())
    if requester.merged_into is not None:
        return redirect(url_for(".show", requester_id=merging.survivor(requester).id))
    looking.at_caller(requester, current_staff())
    return _page(requester)


@bp.post("/<int:requester_id>/reveal")
def reveal(requester_id: int) -> ResponseReturnValue:
    """Show what is masked, once, and write down who looked and why."""
    form = RevealForm()
    requester = callers.find(requester_id, current_staff())
    if not callers.may_reveal(requester, current_staff()):
        raise NotAllowedError
    if not form.validate():
        return _page(requester, reveal_form=form), 422
    try:
        with transaction():
            reveals.reveal(
                requester,
                reason=form.reason.data,
                by=current_staff(),
                now=utc_now(),
                address=looking.address(),
            )
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(requester, reveal_form=form), 422
    return _page(requester, is_revealed=True)


@bp.post("/<int:requester_id>/phones")
def add_phone(requester_id: int) -> ResponseReturnValue:
    """Add a number the caller can be reached at."""
    _require_change()
    form = PhoneForm()
    requester = callers.find(requester_id, current_staff())
    if form.validate():
        try:
            with transaction():
                requesters.add_phone(requester, form.phone.data)
                joining.take_in_the_nameless(requester, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", requester_id=requester_id), 303)
    return _page(requester, phone_form=form), 422


@bp.post("/<int:requester_id>/addresses")
def add_address(requester_id: int) -> ResponseReturnValue:
    """Add an address of the caller."""
    _require_change()
    form = AddressForm()
    requester = callers.find(requester_id, current_staff())
    if not form.validate():
        return _page(requester, address_form=form), 422
    with transaction():
        requesters.add_address(requester, form.address.data)
    return redirect(url_for(".show", requester_id=requester_id), 303)


@bp.post("/<int:requester_id>/others")
def find_other(requester_id: int) -> ResponseReturnValue:
    """Show who is known under another number, to be joined."""
    _require_change()
    form = FindForm()
    requester = callers.find(requester_id, current_staff())
    found: list[Requester] = []
    if form.validate():
        try:
            found = requesters.by_phone(form.number.data)
        except PhoneNotUnderstoodError as error:
            form.number.errors = [error.say()]
    return _page(requester, find_form=form, found=found)


@bp.post("/<int:requester_id>/merge")
def merge(requester_id: int) -> ResponseReturnValue:
    """Say that another record is the same person."""
    return _decide(requester_id, joining.join)


@bp.post("/<int:requester_id>/unmerge")
def unmerge(requester_id: int) -> ResponseReturnValue:
    """Say that a record joined before is somebody else."""
    return _decide(requester_id, joining.part)


def _decide(requester_id: int, act: Callable[..., None]) -> ResponseReturnValue:
    _require_change()
    form = MergeForm()
    requester = callers.find(requester_id, current_staff())
    if form.validate():
        try:
            with transaction():
                other = callers.find(form.other.data, current_staff())
                act(requester, other, reason=form.reason.data, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", requester_id=requester_id), 303)
    return _page(requester, merge_form=form), 422


@bp.post("/<int:requester_id>/marks")
def mark(requester_id: int) -> ResponseReturnValue:
    """Mark a caller: a deputy, a repeat requester, somebody in need of care."""
    _require_change()
    form = _mark_form()
    requester = callers.find(requester_id, current_staff())
    if not form.validate():
        return _page(requester, mark_form=form), 422
    with transaction():
        tags.give(requester, form.mark.data, by=current_staff(), now=utc_now())
    return redirect(url_for(".show", requester_id=requester_id), 303)


@bp.post("/<int:requester_id>/marks/<code>/remove")
def unmark(requester_id: int, code: str) -> ResponseReturnValue:
    """Take a mark away again."""
    _require_change()
    requester = callers.find(requester_id, current_staff())
    with transaction():
        tags.take_away(requester, code)
    return redirect(url_for(".show", requester_id=requester_id), 303)


def _may_change() -> bool:
    """Tell whether the person may change what is kept about callers; somebody in training may not."""
    return current_staff().is_any(*CHANGES) and not current_staff().is_any(Role.TRAINEE)


def _require_change() -> None:
    if not _may_change():
        raise NotAllowedError


def _mark_form() -> MarkForm:
    form = MarkForm()
    form.mark.choices = [
        ("", ""),
        *((one.code, in_both(one.names)) for one in catalogue.code_list(tags.CODE_LIST)),
    ]
    return form


def _page(
    requester: Requester,
    *,
    reveal_form: RevealForm | None = None,
    phone_form: PhoneForm | None = None,
    mark_form: MarkForm | None = None,
    address_form: AddressForm | None = None,
    merge_form: MergeForm | None = None,
    find_form: FindForm | None = None,
    found: Sequence[Requester] = (),
    is_revealed: bool = False,
) -> str:
    return render_template(
        "requesters/show.html",
        requester=requester,
        earlier=callers.earlier([requester], current_staff(), MOST_SHOWN),
        contact_count=callers.count([requester], current_staff()),
        reveals=reveals.of(requester) if current_staff().is_any(*READS_REVEALS) else None,
        reveal_form=reveal_form or RevealForm(None),
        phone_form=phone_form or PhoneForm(None),
        address_form=address_form or AddressForm(None),
        merge_form=merge_form or MergeForm(None),
        find_form=find_form or FindForm(None),
        same=joining.of(requester, found),
        mark_form=mark_form or _mark_form(),
        marks=[one for one in catalogue.code_list(tags.CODE_LIST) if one.code in tags.of(requester)],
        may_change=_may_change(),
        may_reveal=callers.may_reveal(requester, current_staff()),
        is_sealed=callers.is_sealed(requester),
        is_revealed=is_revealed,
    )
