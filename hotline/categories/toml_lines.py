"""Where in a TOML text a key stands, so that a refusal can name the line.

The text has been parsed by `tomllib` already; this only finds places and may stay simple.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""A place in the parsed data: table names, keys, and positions in lists counted from 0."""

HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]")
KEY = re.compile(r"^\s*([\w.\-]+)\s*=\s*")
SYNTAX_LINE = re.compile(r"at line (\d+)")


def line_of_syntax_error(error: Exception, text: str) -> int:
    """Return the line a syntax error of `tomllib` is on; the last one for an unexpected end."""
    found = SYNTAX_LINE.search(str(error))
    return int(found.group(1)) if found else text.count("\n") + 1


def line_of(path: Path, places: dict[Path, int]) -> int | None:
    """Return the line of `path`, or of the closest place around it that was found."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path)


def locate(text: str) -> dict[Path, int]:
    """Return the line of every table, key and list entry of `text`."""
    places: dict[Path, int] = {}
    lengths: dict[Path, int] = {}
    table: Path = ()
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        if header := HEADER.match(line):
            table = _table_path(header.group(2).split("."), header.group(1) == "[[", lengths)
            places[table] = number
            if header.group(1) == "[[":
                places.setdefault(table[:-1], number)  # the list itself begins with its first table
        elif key := KEY.match(line):
            path = table + tuple(key.group(1).split("."))
            places[path] = number
            _locate_entries(path, number, line[key.end() :], lines, places)
    return places


def _table_path(names: list[str], is_list: bool, lengths: dict[Path, int]) -> Path:
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if position == len(names) - 1 and is_list:
            lengths[path] = lengths.get(path, 0) + 1
        if path in lengths:
            path = (*path, lengths[path] - 1)
    return path


def _locate_entries(
    path: Path, number: int, value: str, lines: Iterator[tuple[int, str]], places: dict[Path, int]
) -> None:
    """Note the line of each entry of a list that begins with `value` and may run over many lines."""
    depth, entries, expects_entry = 0, 0, False
    while True:
        position = 0
        while position < len(value):
            char = value[position]
            if char == "#":
                break
            if expects_entry and depth == 1 and char not in " \t,]":
                places[(*path, entries)] = number
                entries += 1
                expects_entry = False
            if char in "\"'":
                position = _end_of_string(value, position)
            elif char in "[{":
                depth += 1
                expects_entry = expects_entry or depth == 1
            elif char in "]}":
                depth -= 1
            elif char == "," and depth == 1:
                expects_entry = True
            position += 1
        following = next(lines, None) if depth > 0 else None
        if following is None:  # closed, or a text over several lines hid the end from us
            return
        number, value = following


def _end_of_string(value: str, start: int) -> int:
    quote, position = value[start], start + 1
    while position < len(value) and value[position] != quote:
        position += 2 if quote == '"' and value[position] == "\\" else 1
    return position
