"""Who may open which pages: one rule per blueprint, checked before every request."""

from collections.abc import Callable

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_url
from werkzeug.utils import redirect

from blueprints.session import signing
from hotline.errors import NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import Role

EVERYBODY = frozenset(Role)
"""Any signed-in person."""


def current_staff() -> Staff:
    """Return who is signed in; only for pages behind an access rule."""
    person: Staff = current_user._get_current_object()
    return person


def signed_in_staff() -> Staff | None:
    """Return who is signed in, or `None`."""
    return current_staff() if current_user.is_authenticated else None


def only(bp: Blueprint, *roles: Role) -> None:
    """Open `bp` to people who hold one of `roles`, and to nobody else."""
    allowed = frozenset(roles)
    _guard(bp, lambda person: person.is_any(*allowed), "only", allowed)


def anybody_signed_in(bp: Blueprint) -> None:
    """Open `bp` to everybody who is signed in."""
    _guard(bp, lambda person: True, "signed_in", EVERYBODY)


def public(bp: Blueprint) -> None:
    """Open `bp` to the world; said out loud, so that no page is public by forgetting."""
    bp.access_rule = ("public", frozenset())  # type: ignore[attr-defined] # read by the test that walks the map


def require(*roles: Role) -> None:
    """Refuse whoever holds none of `roles`: for a view stricter than its blueprint.

    Raises `NotAllowedError`.
    """
    if not current_staff().is_any(*roles):
        raise NotAllowedError


def _guard(bp: Blueprint, allows: Callable[[Staff], bool], name: str, roles: frozenset[Role]) -> None:
    bp.access_rule = (name, roles)  # type: ignore[attr-defined] # read by the test that walks the map

    @bp.before_request
    def check() -> ResponseReturnValue | None:
        if not current_user.is_authenticated:
            if request.headers.get("HX-Request"):
                abort(401)
            return redirect(login_url("session.sign_in", request.full_path))
        if not allows(current_staff()):
            raise NotAllowedError
        if signing.owes_second_factor(current_staff()) and bp.name != "account":
            return redirect(url_for("account.second_factor"), 303)
        return None
