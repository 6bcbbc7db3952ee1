"""Strict reading of a parsed TOML table: every key is asked for, every doubt is noted with its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hotline.categories.policy import Words
from hotline.categories.toml_lines import Path
from hotline.errors import HotlineError
from hotline.wording import N_, Labelled, say
from hotline.working_time import Limit, LimitError

LANGUAGES = ("zh", "en")
MOST_PROBLEMS_SHOWN = 20
LONGEST_TEXT = 2000
MORE = N_("and %(count)s more")
CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")

Choice = TypeVar("Choice", bound=Labelled)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a profile is refused: the line, the key path, and what is wrong there."""

    line: int | None
    key: str
    sentence: str
    params: Mapping[str, Any]

    def say(self) -> str:
        """Return the problem in the reader's language."""
        reason = say(self.sentence, self.params)
        if self.line is None:
            return f"{self.key}: {reason}"
        return say(N_("line %(line)s, %(key)s: %(reason)s"), self._place() | {"reason": reason})

    def __str__(self) -> str:
        reason = self.sentence % self.params if self.params else self.sentence
        if self.line is None:
            return f"{self.key}: {reason}"
        return f"line {self.line}, {self.key}: {reason}"

    def _place(self) -> dict[str, Any]:
        return {"line": self.line, "key": self.key}


class ProfileRefusedError(HotlineError):
    """A profile is broken and was not loaded, not even in part."""

    sentence = N_("The profile %(file)s was refused: %(reasons)s")

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems[:MOST_PROBLEMS_SHOWN])
        self.left_out = len(problems) - len(self.problems)
        reasons = [*map(str, self.problems), *([MORE % {"count": self.left_out}] if self.left_out else [])]
        super().__init__(file=file, reasons="; ".join(reasons))

    def say(self) -> str:
        """Return the refusal with its problems in the reader's language."""
        reasons = [problem.say() for problem in self.problems]
        if self.left_out:
            reasons.append(say(MORE, {"count": self.left_out}))
        return say(self.sentence, {"file": self.file, "reasons": "; ".join(reasons)})


@dataclass(slots=True)
class Doubts:
    """What was found wrong so far, each with its path in the data."""

    found: list[tuple[Path, str, dict[str, Any]]] = field(default_factory=list)

    def note(self, path: Path, sentence: str, **params: Any) -> None:
        """Remember that `sentence` is true of what stands at `path`."""
        self.found.append((path, sentence, params))


class Table:
    """One TOML table while it is read. What is missing or wrong is noted and stands in as a harmless value;
    nothing read may be used before the caller has seen that no doubts were noted."""

    def __init__(self, data: Mapping[str, Any], path: Path, doubts: Doubts) -> None:
        self.data = data
        self.path = path
        self.doubts = doubts
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Tell whether `key` is given."""
        return key in self.data

    def refuse(self, key: str | None, sentence: str, **params: Any) -> None:
        """Note a doubt about `key` of this table, or about the table."""
        self.doubts.note(self.path if key is None else (*self.path, key), sentence, **params)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.data:
            if key not in self._asked:
                self.refuse(key, N_("is not known here"))

    def _take(self, key: str, *, needed: bool) -> Any:
        self._asked.add(key)
        if key not in self.data and needed:
            self.refuse(None, N_("%(name)s is missing"), name=key)
        return self.data.get(key)

    def text(self, key: str, *, longest: int = LONGEST_TEXT) -> str:
        """Return a text that must be given and not be empty."""
        return self.text_or_none(key, needed=True, longest=longest) or ""

    def code(self) -> str:
        """Return the `code` of what this table describes."""
        code = self.text("code")
        if code and not CODE.fullmatch(code):
            self.refuse("code", N_("must be small letters, digits and _, at most 40"))
        return code

    def text_or_none(self, key: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str | None:
        """Return a text that may be left out."""
        value = self._take(key, needed=needed)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, N_("must be text and not empty"))
            return None
        if len(value) > longest:
            self.refuse(key, N_("must not be longer than %(longest)s characters"), longest=longest)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; none when left out."""
        value = self._take(key, needed=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.refuse(key, N_("must be a list of texts"))
            return ()
        self._refuse_repeats(key, value)
        return tuple(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self._take(key, needed=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, N_("must be true or false"))
            return default
        return value

    def flag_or_none(self, key: str) -> bool | None:
        """Return a yes or no that may be left open."""
        return self.flag(key, default=False) if key in self.data else None

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high` that must be given."""
        value = self.whole_or_none(key, low, high, needed=True)
        return low if value is None else value

    def whole_or_none(self, key: str, low: int, high: int, *, needed: bool = False) -> int | None:
        """Return a whole number from `low` to `high` that may be left out."""
        value = self._take(key, needed=needed)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(key, N_("must be a whole number from %(low)s to %(high)s"), low=low, high=high)
            return None
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """Return one value of the closed list `kind`."""
        value = self._take(key, needed=default is None)
        if value is None:
            return default or next(iter(kind))
        return self._chosen(key, kind, value) or next(iter(kind))

    def choice_or_none(self, key: str, kind: type[Choice]) -> Choice | None:
        """Return one value of the closed list `kind`, or None when left out."""
        return self.choice(key, kind) if key in self.data else None

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """Return values of the closed list `kind`; none when left out."""
        chosen = (self._chosen(key, kind, value) for value in self.texts(key))
        return tuple(value for value in chosen if value is not None)

    def _chosen(self, key: str, kind: type[Choice], value: object) -> Choice | None:
        try:
            return kind(str(value))
        except ValueError:
            choices = ", ".join(str(member.value) for member in kind)
            self.refuse(key, N_("%(value)s is not one of: %(choices)s"), value=value, choices=choices)
            return None

    def words(self, key: str) -> Words:
        """Return a text in both languages, `{ zh = "…", en = "…" }`, that must be given."""
        return self.words_or_none(key, needed=True) or dict.fromkeys(LANGUAGES, "")

    def words_or_none(self, key: str, *, needed: bool = False) -> Words | None:
        """Return a text in both languages that may be left out."""
        value = self._take(key, needed=needed)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(key, N_("must be a text in both languages, zh and en"))
            return None
        return self.table_of(value, key).both()

    def both(self) -> Words:
        """Return this whole table as a text in both languages."""
        found = self.in_languages()
        self.finish()
        return found

    def in_languages(self) -> Words:
        """Return the `zh` and `en` of this table."""
        return {language: self.text(language) for language in LANGUAGES}

    def words_list(self, key: str) -> tuple[Words, ...]:
        """Return a list of texts in both languages; none when left out."""
        return tuple(table.both() for table in self.tables(key))

    def limit(self, key: str) -> Limit:
        """Return a time limit such as "22 h" that must be given."""
        return self.limit_or_none(key, needed=True) or Limit.parse("1 h")

    def limit_or_none(self, key: str, *, needed: bool = False) -> Limit | None:
        """Return a time limit that may be left out."""
        text = self.text_or_none(key, needed=needed)
        if text is None:
            return None
        try:
            return Limit.parse(text)
        except LimitError:
            self.refuse(
                key, N_("%(value)s is not a time limit such as 22 h, 10 min, 5 wd, 60 nd"), value=text
            )
            return None

    def table(self, key: str) -> "Table | None":
        """Return the table `key`, or None when left out."""
        value = self._take(key, needed=False)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(key, N_("must be a table"))
            return None
        return self.table_of(value, key)

    def tables(self, key: str) -> list["Table"]:
        """Return the list of tables `key`; none when left out."""
        value = self._take(key, needed=False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(key, N_("must be a list of tables"))
            return []
        return [self.table_of(one, key, position) for position, one in enumerate(value)]

    def keyed(self) -> list[str]:
        """Return the keys of this table, whose meaning the caller checks."""
        self._asked.update(self.data)
        return list(self.data)

    def table_of(self, value: Mapping[str, Any], *steps: str | int) -> "Table":
        """Return `value`, which stands at `steps` below this table, as a table of its own."""
        return Table(value, (*self.path, *steps), self.doubts)

    def _refuse_repeats(self, key: str, values: Sequence[str]) -> None:
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.refuse(key, N_("%(value)s is given twice"), value=value)
