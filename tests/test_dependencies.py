"""What the service is built from: every version is exact, every licence is one we may use, no known hole.

All but one need no network. That one asks OSV, a public list of known holes; where it cannot be reached it is
skipped and says so (docs/operations.md, "Dependencies").
"""

import importlib.metadata
import json
import os
import re
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PINS = sorted(ROOT.glob("requirements*.txt"))
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>[0-9][A-Za-z0-9.!+]*)(\s*;.*)?$")
ADVISORIES = os.environ.get("HOTLINE_ADVISORIES", "https://api.osv.dev/v1/querybatch")
SECONDS = 15

ALLOWED = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|MPL|Mozilla Public License"
    r"|LGPL|Lesser General Public License|Unlicense|Zlib|HPND|CNRI|MIT-CMU|CC0)\b",
    re.IGNORECASE,
)
"""Licences under which a service may be run and handed on without its own code changing its licence."""
REFUSED = re.compile(r"\b(AGPL|Affero|SSPL|BUSL|Commons Clause)\b|(?<!L)\bGPL|(?<!Lesser )General Public")


def lines(path: Path) -> list[str]:
    kept = (line.split(" #")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in kept if line and not line.startswith("#")]


def pins(path: Path) -> dict[str, str]:
    found = (PIN.match(line) for line in lines(path))
    return {one["name"].lower(): one["version"] for one in found if one is not None}


def installed() -> dict[str, str]:
    """Return what is pinned and installed here, by name: another machine's wheels are not."""
    found = {}
    for path in PINS:
        for name, version in pins(path).items():
            try:
                importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                continue
            found[name] = version
    return found


def licence_of(name: str) -> str:
    told = importlib.metadata.metadata(name).json
    said = [str(told.get("license_expression", "")), str(told.get("license", ""))[:200]]
    return " ".join(said + [one for one in told.get("classifier", ()) if one.startswith("License")])


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_version_is_exact(path: Path) -> None:
    assert [line for line in lines(path) if not PIN.match(line)] == []
    assert len(lines(path)) == len(pins(path)), "a package is pinned once"


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.in")), ids=lambda path: path.name)
def test_everything_asked_for_is_pinned(path: Path) -> None:
    pinned = pins(path.with_suffix(".txt"))
    asked = {re.split(r"[\s\[<>=;]", line)[0].lower() for line in lines(path)}
    assert asked <= pinned.keys()


def test_what_runs_is_what_is_pinned() -> None:
    differing = {
        name: (version, importlib.metadata.version(name))
        for name, version in installed().items()
        if importlib.metadata.version(name) != version
    }
    assert differing == {}


def test_every_licence_is_one_we_may_use() -> None:
    told = {name: licence_of(name) for name in installed()}
    refused = {name: said for name, said in told.items() if not ALLOWED.search(said) or REFUSED.search(said)}
    assert refused == {}


@pytest.mark.parametrize(
    "said", ["GPL-3.0-only", "GNU General Public License v3 (GPLv3)", "AGPL-3.0-or-later", "Proprietary", ""]
)
def test_a_licence_that_would_bind_us_is_refused(said: str) -> None:
    assert not ALLOWED.search(said) or REFUSED.search(said)


def holes(service: str, versions: dict[str, str]) -> dict[str, list[str]]:
    """Return the known holes by package, in one question (OSV). Raises `OSError` where nobody answers."""
    names = sorted(versions)
    queries = [{"package": {"ecosystem": "PyPI", "name": one}, "version": versions[one]} for one in names]
    asked = urllib.request.Request(
        service, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
        told = json.load(answer)["results"]
    return {
        name: [one["id"] for one in known.get("vulns", ())]
        for name, known in zip(names, told, strict=True)
        if known.get("vulns")
    }


def test_no_version_has_a_known_hole() -> None:
    try:
        found = holes(ADVISORIES, installed())
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 400:
            pytest.fail("the question was not understood")
        pytest.skip(f"the advisory service does not answer: {error.code}")
    except OSError as error:
        pytest.skip(f"the advisory service cannot be reached: {type(error).__name__}")
    assert found == {}


def test_a_known_hole_is_told() -> None:
    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            told = [{"vulns": [{"id": "TEST-1"}]} if one["version"] == "1.0" else {} for one in asked]
            body = json.dumps({"results": told}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        running = threading.Thread(target=server.serve_forever)
        running.start()
        found = holes(f"http://127.0.0.1:{server.server_port}", {"sound": "2.0", "holed": "1.0"})
        server.shutdown()
        running.join()
    assert found == {"holed": ["TEST-1"]}
