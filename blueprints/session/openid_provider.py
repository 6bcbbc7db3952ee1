"""The provider of a deployment, asked by Authlib: state, nonce and PKCE are its affair."""

from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from blueprints.session.openid import ProviderGoneError, ProviderRefusedError
from hotline.config import OpenId

SECONDS = 10


class Provider:
    """An OpenID Connect provider."""

    def __init__(self, app: Flask, chosen: OpenId) -> None:
        self._chosen = chosen
        self._client: Any = OAuth(app).register(
            "openid",
            client_id=chosen.client,
            client_secret=chosen.secret,
            server_metadata_url=f"{chosen.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )

    def begin(self) -> ResponseReturnValue:
        """Send the browser there. Raises `ProviderGoneError`."""
        try:
            answer: ResponseReturnValue = self._client.authorize_redirect(
                url_for("session.openid_back", _external=True)
            )
        except (RequestException, ValueError) as error:
            raise ProviderGoneError from error
        return answer

    def number(self) -> str:
        """Return the number of who came back. Raises `ProviderRefusedError`, `ProviderGoneError`."""
        try:
            if str(self._client.load_server_metadata().get("issuer", "")).rstrip("/") != self._chosen.issuer:
                raise ProviderRefusedError
            token = self._client.authorize_access_token()
        except RequestException as error:
            raise ProviderGoneError from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            raise ProviderRefusedError from error
        claims = token.get("userinfo")
        if not claims:
            raise ProviderRefusedError
        number = claims.get(self._chosen.claim)
        return number if isinstance(number, str) else ""
