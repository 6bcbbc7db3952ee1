"""Settings: embedded defaults, one sentence for what cannot be used, secrets for the owner alone."""

from pathlib import Path

import pytest

from hotline.config import Settings
from hotline.errors import ConfigurationError


def test_nothing_set_means_one_machine(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HOTLINE_DATA": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/hotline.db"
    assert settings.redis_url == f"unix://{tmp_path}/redis/redis.sock"


def test_plain_postgresql_addresses_get_their_driver(tmp_path: Path) -> None:
    environ = {"HOTLINE_DATA": str(tmp_path), "DATABASE_URL": "postgresql://h:p@db/hotline"}
    assert Settings.from_environment(environ).database_url == "postgresql+psycopg://h:p@db/hotline"


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = Settings.from_environment({"HOTLINE_DATA": str(tmp_path)})
    second = Settings.from_environment({"HOTLINE_DATA": str(tmp_path)})
    assert (first.secret_key, first.seal_secrets) == (second.secret_key, second.seal_secrets)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secret_key", tmp_path / "seal_key")} == {
        0o600
    }


def test_secrets_do_not_show(tmp_path: Path) -> None:
    environ = {"HOTLINE_DATA": str(tmp_path), "SECRET_KEY": "hush", "HOTLINE_SEAL_KEY": "quiet, still"}
    settings = Settings.from_environment(environ)
    assert settings.seal_secrets == ("quiet", "still")
    assert "hush" not in repr(settings)
    assert "quiet" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HOTLINE_LOCALE", "de"), ("HOTLINE_DATA", "/dev/null/nowhere")],
    ids=["locale", "data"],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({"HOTLINE_DATA": str(tmp_path), name: value})
