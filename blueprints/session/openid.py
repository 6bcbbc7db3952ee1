"""Signing in with an OpenID Connect provider: state, nonce and PKCE by Authlib, the account by its number."""

from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from hotline.config import OpenId, Settings
from hotline.errors import HotlineError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.wording import N_

PROVIDER = "openid"
NEXT = "openid_next"
SECONDS = 10


class ProviderRefusedError(HotlineError):
    """The provider sent nobody, or what it sent is not to be believed."""

    sentence = N_("The sign-in was not confirmed. Begin again.")


class ProviderGoneError(HotlineError):
    """Nobody answers."""

    sentence = N_("The sign-in service cannot be reached. Try again in a minute.")


def set_up(app: Flask, settings: Settings) -> None:
    """Let people sign in with the provider of a deployment, where it has one."""
    app.extensions[PROVIDER] = _client(app, settings.openid) if settings.openid else None


def _client(app: Flask, chosen: OpenId) -> Any:
    return OAuth(app).register(
        PROVIDER,
        client_id=chosen.client,
        client_secret=chosen.secret,
        server_metadata_url=f"{chosen.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


def is_configured() -> bool:
    """Tell whether this deployment has a provider."""
    return current_app.extensions.get(PROVIDER) is not None


def button() -> str | None:
    """Return what the deployment calls its provider; `None` where it has none."""
    chosen = _settings()
    return chosen.name if chosen else None


def begin(wanted: str | None) -> ResponseReturnValue:
    """Send the browser to the provider. Raises `ProviderGoneError`."""
    client = current_app.extensions[PROVIDER]
    if wanted:
        session[NEXT] = wanted
    try:
        answer: ResponseReturnValue = client.authorize_redirect(
            url_for("session.openid_back", _external=True)
        )
    except (RequestException, ValueError) as error:
        raise ProviderGoneError from error
    return answer


def finish() -> Staff:
    """Return who came back from the provider.

    Raises `ProviderRefusedError`, `ProviderGoneError`, `NoAccountError`; no account is ever made.
    """
    client, chosen = current_app.extensions[PROVIDER], _settings()
    assert chosen is not None
    try:
        if str(client.load_server_metadata().get("issuer", "")).rstrip("/") != chosen.issuer:
            raise ProviderRefusedError
        token = client.authorize_access_token()
    except RequestException as error:
        raise ProviderGoneError from error
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        raise ProviderRefusedError from error
    claims = token.get("userinfo")
    if not claims:
        raise ProviderRefusedError
    number = claims.get(chosen.claim)
    return staff.signed_in_elsewhere(number if isinstance(number, str) else "")


def wanted_next() -> str | None:
    """Return where the person wanted to go before."""
    found: str | None = session.pop(NEXT, None)
    return found


def _settings() -> OpenId | None:
    settings: Settings = current_app.extensions["settings"]
    return settings.openid
