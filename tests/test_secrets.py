"""No secret is committed: every tracked text file is searched for what keys and tokens look like."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOKS_LIKE = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of a code host": re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|glpat-[0-9A-Za-z_-]{20})\b"),
    "token of a chat": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}"),
    "signed token": re.compile(r"\beyJ[0-9A-Za-z_-]{15,}\.eyJ[0-9A-Za-z_-]{15,}\.[0-9A-Za-z_-]{20,}"),
    "sealed value": re.compile(r"\bgAAAAA[0-9A-Za-z_-]{60,}"),
    "password in an address": re.compile(
        r"\b[a-z+]+://[^\s:/@'\"]+:(?!password|secret|…|\*|\{)[^\s:/@'\"]{6,}@"
    ),
}
VENDORED = ("static/vendor/", "tests/browser/vendor/")
KEPT_APART = re.compile(r"(^|/)(secret_key|seal_key|backup_key|\.env)$|\.(pem|key|p12|db|sqlite3?)$")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def test_no_tracked_file_holds_a_secret() -> None:
    found = []
    for name in tracked():
        if name.startswith(VENDORED) or not (ROOT / name).is_file():
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and fonts
        found += [f"{name}: {kind}" for kind, look in LOOKS_LIKE.items() if look.search(text)]
    assert found == []


def test_keys_and_databases_are_not_tracked() -> None:
    assert [name for name in tracked() if KEPT_APART.search(name)] == []


def test_the_search_finds_what_it_looks_for() -> None:
    samples = ("-----BEGIN " + "PRIVATE KEY-----", "AKIA" + "A" * 16, "ghp_" + "a" * 36, "gAAAAA" + "b" * 70)
    for sample in samples:
        assert any(look.search(sample) for look in LOOKS_LIKE.values()), sample
