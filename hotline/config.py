"""Settings from the environment, read once and typed."""

import datetime as dt
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from hotline.errors import ConfigurationError

LOCALES = ("zh_Hans_CN", "en")
LONGEST_HOLD = 60
LONGEST_MINUTES = 30 * 24 * 60
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""No wire lies between: what is sent there in clear nobody else reads."""


@dataclass(frozen=True, slots=True)
class OpenId:
    """The OpenID Connect provider that people may sign in with."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str
    """What in the token holds the staff number."""
    name: str
    """How its button is called; empty: a general word."""


@dataclass(frozen=True, slots=True)
class Ldap:
    """The directory that checks passwords."""

    url: str
    user: str
    """The name to bind with; `{number}` stands for the staff number."""
    certificates: str
    """File of the authority that signed the directory's certificate; empty: those of the machine."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this deployment keeps things and how it speaks."""

    data: Path
    database_url: str
    redis_url: str
    secret_key: str = field(repr=False)
    seal_secrets: tuple[str, ...] = field(repr=False)
    """The first seals callers' data and hashes numbers; all open and find."""
    locale: str = LOCALES[0]
    is_behind_tls: bool = False
    public_url: str = ""
    mail_url: str = field(default="", repr=False)
    has_json_logs: bool = False
    metrics_token: str = field(default="", repr=False)
    backup_key: str = field(default="", repr=False)
    """Encrypts backups; kept in the data folder where it is not set."""

    session_idle: dt.timedelta = dt.timedelta(hours=2)
    session_longest: dt.timedelta = dt.timedelta(hours=14)
    """A long shift: after it everybody signs in anew."""
    figures_hold: dt.timedelta = dt.timedelta(seconds=5)
    """How long the running day, once counted, serves every page of a process: many boards cost one."""
    second_factor_roles: frozenset[str] = frozenset()
    """Roles that sign in with a code from their telephone besides the password."""
    openid: OpenId | None = None
    ldap: Ldap | None = None
    own_password_roles: frozenset[str] | None = None
    """Roles whose passwords kept here still open; `None`: everybody's."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; embedded defaults stand in for everything that is not set.

        Raises `ConfigurationError` naming the setting that cannot be used.
        """
        env = os.environ if environ is None else environ
        data = Path(env.get("HOTLINE_DATA", "data")).absolute()
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(name="HOTLINE_DATA", reason=error.strerror or "") from error
        locale = env.get("HOTLINE_LOCALE", LOCALES[0])
        if locale not in LOCALES:
            raise ConfigurationError(name="HOTLINE_LOCALE", reason=" | ".join(LOCALES))
        return cls(
            data=data,
            database_url=_with_driver(env.get("DATABASE_URL") or f"sqlite:///{data / 'hotline.db'}"),
            redis_url=env.get("REDIS_URL") or f"unix://{quote(str(data / 'redis' / 'redis.sock'))}",
            secret_key=env.get("SECRET_KEY") or kept_secret(data / "secret_key"),
            seal_secrets=_listed(env.get("HOTLINE_SEAL_KEY", "")) or (kept_secret(data / "seal_key"),),
            locale=locale,
            is_behind_tls=env.get("HOTLINE_TLS", "") == "1",
            public_url=env.get("HOTLINE_PUBLIC_URL", ""),
            mail_url=env.get("HOTLINE_MAIL_URL", ""),
            has_json_logs=env.get("HOTLINE_LOG", "") == "json",
            metrics_token=env.get("HOTLINE_METRICS_TOKEN", ""),
            backup_key=env.get("HOTLINE_BACKUP_KEY", ""),
            session_idle=_minutes(env, "HOTLINE_SESSION_IDLE", 120),
            session_longest=_minutes(env, "HOTLINE_SESSION_LONGEST", 840),
            figures_hold=_seconds(env, "HOTLINE_FIGURES_HOLD", 5),
            second_factor_roles=frozenset(_listed(env.get("HOTLINE_SECOND_FACTOR", ""))),
            openid=_openid(env),
            ldap=_ldap(env),
            own_password_roles=_own_password_roles(env),
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one for one in (part.strip() for part in text.split(",")) if one)


def _openid(env: Mapping[str, str]) -> OpenId | None:
    issuer = env.get("HOTLINE_OPENID_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    if not issuer.startswith("https://") and urlsplit(issuer).hostname not in OWN_HOSTS:
        raise ConfigurationError(name="HOTLINE_OPENID_ISSUER", reason="https://…")
    for name in ("HOTLINE_OPENID_CLIENT", "HOTLINE_OPENID_SECRET"):
        if not env.get(name):
            raise ConfigurationError(name=name, reason="–")
    return OpenId(
        issuer=issuer,
        client=env["HOTLINE_OPENID_CLIENT"],
        secret=env["HOTLINE_OPENID_SECRET"],
        claim=env.get("HOTLINE_OPENID_CLAIM") or "preferred_username",
        name=env.get("HOTLINE_OPENID_NAME", ""),
    )


def _ldap(env: Mapping[str, str]) -> Ldap | None:
    url = env.get("HOTLINE_LDAP_URL", "")
    if not url:
        return None
    if urlsplit(url).scheme not in ("ldap", "ldaps"):
        raise ConfigurationError(name="HOTLINE_LDAP_URL", reason="ldaps://… | ldap://…")
    user = env.get("HOTLINE_LDAP_USER", "")
    if user.count("{number}") != 1:
        raise ConfigurationError(name="HOTLINE_LDAP_USER", reason="uid={number},ou=people,dc=…")
    return Ldap(url=url, user=user, certificates=env.get("HOTLINE_LDAP_CA", ""))


def _own_password_roles(env: Mapping[str, str]) -> frozenset[str] | None:
    """Return whose own passwords open; without another way to sign in, everybody's."""
    wanted = env.get("HOTLINE_OWN_PASSWORDS", "")
    has_other = bool(env.get("HOTLINE_OPENID_ISSUER") or env.get("HOTLINE_LDAP_URL"))
    return frozenset(_listed(wanted)) if wanted and has_other else None


def _minutes(env: Mapping[str, str], name: str, otherwise: int) -> dt.timedelta:
    text = env.get(name, "") or str(otherwise)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST_MINUTES):
        raise ConfigurationError(name=name, reason=f"1 … {LONGEST_MINUTES}")
    return dt.timedelta(minutes=int(text))


def _seconds(env: Mapping[str, str], name: str, otherwise: int) -> dt.timedelta:
    text = env.get(name, "") or str(otherwise)
    if not (text.isascii() and text.isdecimal() and int(text) <= LONGEST_HOLD):
        raise ConfigurationError(name=name, reason=f"0 … {LONGEST_HOLD}")
    return dt.timedelta(seconds=int(text))


def _with_driver(url: str) -> str:
    """Accept the plain `postgresql://` that operators write and name the driver we use."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def kept_secret(path: Path) -> str:
    """Return the secret kept at `path`, made on first use and readable by its owner alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigurationError(name="HOTLINE_DATA", reason=error.strerror or "") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
