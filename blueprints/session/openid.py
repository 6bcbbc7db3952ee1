"""Signing in with an OpenID Connect provider, where a deployment has one; the account by its number."""

from importlib import import_module
from typing import Protocol

from flask import Flask, current_app, session
from flask.typing import ResponseReturnValue

from hotline.config import OpenId, Settings
from hotline.errors import HotlineError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.wording import N_

PROVIDER = "openid"
NEXT = "openid_next"


class ProviderRefusedError(HotlineError):
    """The provider sent nobody, or what it sent is not to be believed."""

    sentence = N_("The sign-in was not confirmed. Begin again.")


class ProviderGoneError(HotlineError):
    """Nobody answers."""

    sentence = N_("The sign-in service cannot be reached. Try again in a minute.")


class Provider(Protocol):
    """Who says which number somebody has."""

    def begin(self) -> ResponseReturnValue:
        """Send the browser there. Raises `ProviderGoneError`."""
        ...

    def number(self) -> str:
        """Return the number of who came back. Raises `ProviderRefusedError`, `ProviderGoneError`."""
        ...


def set_up(app: Flask, settings: Settings) -> None:
    """Let people sign in with the provider of a deployment, where it has one."""
    app.extensions[PROVIDER] = _provider(app, settings.openid) if settings.openid else None


def _provider(app: Flask, chosen: OpenId) -> Provider:
    # Not imported at the top: few deployments have one, and what it is made of takes 17 MB of each process.
    found: Provider = import_module("blueprints.session.openid_provider").Provider(app, chosen)
    return found


def is_configured() -> bool:
    """Tell whether this deployment has a provider."""
    return current_app.extensions.get(PROVIDER) is not None


def button() -> str | None:
    """Return what the deployment calls its provider; `None` where it has none."""
    settings: Settings = current_app.extensions["settings"]
    return settings.openid.name if settings.openid else None


def begin(wanted: str | None) -> ResponseReturnValue:
    """Send the browser to the provider. Raises `ProviderGoneError`."""
    if wanted:
        session[NEXT] = wanted
    provider: Provider = current_app.extensions[PROVIDER]
    return provider.begin()


def finish() -> Staff:
    """Return who came back from the provider.

    Raises `ProviderRefusedError`, `ProviderGoneError`, `NoAccountError`; no account is ever made.
    """
    provider: Provider = current_app.extensions[PROVIDER]
    return staff.signed_in_elsewhere(provider.number())


def wanted_next() -> str | None:
    """Return where the person wanted to go before."""
    found: str | None = session.pop(NEXT, None)
    return found
