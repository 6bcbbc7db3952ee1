"""The documentation names every command there is."""

from pathlib import Path

import click
from flask import Flask

PAGE = Path(__file__).parents[1] / "docs" / "command-line.md"
OWN = ("blueprints.", "hotline.", "knowledge_base.")


def own_commands(app: Flask) -> list[str]:
    """Return our own commands, as they are typed."""
    found = []
    for name, command in app.cli.commands.items():
        parts = command.commands if isinstance(command, click.Group) else {"": command}
        for part, inner in parts.items():
            module = module_of(inner)
            if module.startswith(OWN):
                found.append(f"{name} {part}".strip())
    return found


def module_of(command: click.Command) -> str:
    """Return where the function behind a command was written."""
    return getattr(command.callback, "__module__", "")


def test_every_command_of_ours_is_documented(app: Flask) -> None:
    page = PAGE.read_text(encoding="utf-8")
    commands = own_commands(app)
    assert {"clock", "kb reindex", "statistics catch-up", "intake import"} <= set(commands)
    assert [one for one in commands if f"`{one}`" not in page and f"`{one} " not in page] == []
