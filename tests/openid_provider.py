"""An OpenID Connect provider that really listens: discovery, authorisation with PKCE, token, keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "hotline", "a secret of the tests"


class Provider:
    """Signs in whoever `person` says; `spoils` changes the token before it is signed."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self.person = "1001"
        self.spoils: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> "Provider":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urllib.parse.urlsplit(self.path)
                match url.path:
                    case "/.well-known/openid-configuration":
                        self.answer(provider.metadata())
                    case "/keys":
                        self.answer({"keys": [provider.key.as_dict(private=False)]})
                    case "/authorize":
                        self.send_response(302)
                        asked = dict(urllib.parse.parse_qsl(url.query))
                        self.send_header("Location", provider.authorize(asked))
                        self.end_headers()
                    case _:
                        self.answer({}, 404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told = provider.token(
                    dict(urllib.parse.parse_qsl(body)), self.headers.get("Authorization", "")
                )
                self.answer(told, 400 if "error" in told else 200)

            def answer(self, told: dict[str, Any], status: int = 200) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler

    def metadata(self) -> dict[str, Any]:
        """What discovery tells."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Remember what was asked and lead back with a code."""
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        back = urllib.parse.urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any]:
        """Hand out a token once, to the client that holds the verifier of the challenge."""
        asked = self.asked.pop(sent.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{urllib.parse.quote(SECRET)}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization not in (f"Basic {known}", f"Basic {plain}"):
            return {"error": "invalid_client"}
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": self.person,
            **self.spoils,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "tests"}, claims, self.signs_with)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": signed, "expires_in": 300}
