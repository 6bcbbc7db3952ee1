"""`backup FILE`, `backup verify FILE` and `restore FILE` on the command line."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from hotline.backup import reading, restoring, writing
from hotline.backup.errors import BackupError
from hotline.backup.manifest import Manifest
from hotline.config import Settings, kept_secret
from hotline.db import utc_now
from hotline.wording import N_, say

KEY_FILE = "backup_key"
FILE = click.Path(path_type=Path, dir_okay=False, resolve_path=True)


class Refused(click.ClickException):
    """One sentence, exit code 1."""

    def __init__(self, error: BackupError) -> None:
        super().__init__(error.say())


class BackupGroup(AppGroup):
    """`backup FILE` is short for `backup write FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the command that is meant when none is named."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["write", *args]
        return super().parse_args(ctx, args)


backup_group = BackupGroup("backup", help="Everything in one file: `backup FILE`, `backup verify FILE`.")


@backup_group.command("write")
@click.argument("file", type=FILE)
@click.option("--encrypt", is_flag=True, help="Encrypt with HOTLINE_BACKUP_KEY (made where none is set).")
@click.option("--verbose", is_flag=True, help="Name each table as it is written.")
def write_command(file: Path, encrypt: bool, verbose: bool) -> None:
    """Write a backup to FILE while the service runs, and check it by reading it again."""
    settings = _settings()
    secret = (settings.backup_key or kept_secret(settings.data / KEY_FILE)) if encrypt else ""
    try:
        made = writing.write(
            file, settings, secret=secret, written_at=utc_now().isoformat(), tell=_teller(verbose)
        )
    except BackupError as error:
        raise Refused(error) from error
    _report(N_("Written to %(file)s and read again."), file, made)
    _warn_of_missing(made)
    click.echo(say(N_("Keep these apart from it, or it cannot be used:")))
    for name, kept in _keys(settings, is_encrypted=encrypt):
        click.echo(f"  {name}: {kept}")


@backup_group.command("verify")
@click.argument("file", type=FILE)
def verify_command(file: Path) -> None:
    """Read the backup FILE through and check every part of it; also says whether the keys here open it."""
    settings = _settings()
    try:
        found = reading.verify(file, _secret(settings))
        _report(N_("%(file)s is whole."), file, found)
        _warn_of_missing(found)
        found.require_keys(settings)
    except BackupError as error:
        raise Refused(error) from error


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--verbose", is_flag=True, help="Name each table as it comes in.")
def restore_command(file: Path, verbose: bool) -> None:
    """Restore the backup FILE into this empty place, on SQLite or PostgreSQL."""
    settings = _settings()
    try:
        found = restoring.restore(
            file,
            settings,
            secret=_secret(settings),
            migrations=Path(current_app.extensions["migrate"].directory),
            tell=_teller(verbose),
        )
    except BackupError as error:
        raise Refused(error) from error
    _report(N_("Restored from %(file)s."), file, found)
    click.echo(say(N_("The place it came from was set up with:")))
    for name, value in found.settings.items():
        click.echo(f"  {name}={value}")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _secret(settings: Settings) -> str:
    kept = settings.data / KEY_FILE
    return settings.backup_key or (kept_secret(kept) if kept.exists() else "")


def _teller(verbose: bool) -> writing.Tell:
    return click.echo if verbose else _keep_quiet


def _keep_quiet(_line: str) -> None:
    """Say nothing: the summary at the end is enough."""


def _report(sentence: str, file: Path, found: Manifest) -> None:
    click.echo(say(sentence, {"file": file}))
    counts = {
        "tables": len(found.tables),
        "rows": f"{found.row_count:,}",
        "files": found.file_count,
        "size": f"{file.stat().st_size / 1e6:,.1f}",
        "moment": found.written_at,
        "schema": found.schema,
    }
    click.echo(
        say(
            N_(
                "%(tables)s tables, %(rows)s rows, %(files)s attachments, %(size)s MB;"
                " of %(moment)s, tables of version %(schema)s."
            ),
            counts,
        )
    )


def _warn_of_missing(found: Manifest) -> None:
    if found.missing_files:
        click.echo(
            say(
                N_("%(count)s attachments are listed but were not in the data folder."),
                {"count": len(found.missing_files)},
            ),
            err=True,
        )


def _keys(settings: Settings, *, is_encrypted: bool) -> list[tuple[str, str]]:
    found = [
        ("HOTLINE_SEAL_KEY", say(N_("opens callers' data (file seal_key, where not set)"))),
        ("SECRET_KEY", say(N_("signs sessions (file secret_key); a new one signs everybody out"))),
    ]
    if is_encrypted:
        found.append(
            (
                "HOTLINE_BACKUP_KEY",
                say(N_("opens this file (file %(name)s, where not set)"), {"name": KEY_FILE}),
            )
        )
    return found
