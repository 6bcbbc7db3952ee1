"""Files of the site with their version in the address, so that browsers keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

VERSION = "v"
KEPT = "public, max-age=31536000, immutable"
"""For an address that never means another file: a changed one has another version."""


def set_up(app: Flask) -> None:
    """Let the pages of `app` name files of the site by their version."""
    folder = Path(app.static_folder or "")

    @cache
    def address(root: str, filename: str) -> str:
        path = folder / filename
        return url_for("static", filename=filename, v=_version(path) if path.is_file() else None)

    def url_of(endpoint: str, **values: Any) -> str:
        if endpoint == "static" and values.keys() == {"filename"}:
            return address(request.script_root, values["filename"])
        return url_for(endpoint, **values)

    app.jinja_env.globals["url_for"] = url_of
    app.after_request(_keep)


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and request.args.get(VERSION) and response.status_code in (200, 304):
        response.headers["Cache-Control"] = KEPT
    return response
