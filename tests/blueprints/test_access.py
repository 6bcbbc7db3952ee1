"""Every page has a rule that says who may open it, and keeps it."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from hotline.people.models import Staff
from hotline.people.roles import Role

PUBLIC = {"session", "public", "public_knowledge", "health", "votes", "telephony_api"}
"""Blueprints open to the world; adding one here is a decision."""


def test_every_route_stands_under_a_rule(app: Flask) -> None:
    without = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not hasattr(app.blueprints.get(rule.endpoint.rpartition(".")[0]), "access_rule")
    ]
    assert without == []


def test_only_the_named_blueprints_are_public(app: Flask) -> None:
    public = {name for name, bp in app.blueprints.items() if bp.access_rule[0] == "public"}  # type: ignore[attr-defined] # set by blueprints.access
    assert public == PUBLIC & set(app.blueprints)


def stranger(converter: BaseConverter) -> object:
    """Return a value that fits a part of an address and names nothing there is."""
    match converter:
        case IntegerConverter():
            return 999_999
        case UUIDConverter():
            return uuid.UUID(int=0)
        case AnyConverter():
            return sorted(converter.items)[0]
        case _:
            return "nothing"


def paths(app: Flask, method: str) -> list[tuple[str, str]]:
    """Return endpoint and address of every guarded route, its parameters filled with strangers' values."""
    found = []
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            name = rule.endpoint.rpartition(".")[0]
            if rule.endpoint == "static" or name in PUBLIC or method not in (rule.methods or ()):
                continue
            values = {key: stranger(converter) for key, converter in rule._converters.items()}
            found.append((rule.endpoint, adapter.build(rule.endpoint, values, method=method)))
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_sent_to_sign_in(app: Flask, client: FlaskClient, method: str) -> None:
    for endpoint, path in paths(app, method):
        answer = client.open(path, method=method)
        assert answer.status_code == 302, endpoint
        assert answer.headers["Location"].startswith("/sign-in"), endpoint


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_nobody_opens_pages_of_other_roles(
    app: Flask, person: Callable[..., Staff], sign_in: Callable[[Staff], FlaskClient], role: Role
) -> None:
    """Each role over every route with strangers' numbers: the rule of the blueprint, and never a crash."""
    department = "urban_management"
    browser = sign_in(person(role, department=department))
    for method in ("GET", "POST"):
        for endpoint, path in paths(app, method):
            kind, roles = app.blueprints[endpoint.rpartition(".")[0]].access_rule  # type: ignore[attr-defined] # set by blueprints.access
            answer = browser.open(path, method=method)
            if kind == "only" and role not in roles:
                assert answer.status_code == 403, (endpoint, role)
            else:
                assert answer.status_code < 500, (endpoint, role)
