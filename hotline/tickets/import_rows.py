"""Reading a file of messages written elsewhere: each row as it can be taken in, or why it cannot."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from hotline.contacts import phones
from hotline.contacts.written import LONGEST_CONTENT, LONGEST_TITLE, cleaned, one_line, shortened
from hotline.errors import HotlineError
from hotline.wording import LOCAL_ZONE, N_

COLUMNS = ("title", "detail", "created_at")
LARGEST_FIELD = 10_000_000
TITLE_FROM_DETAIL = 40
MOMENTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)


class FileRefusedError(HotlineError):
    """The file as a whole cannot be read."""


class ColumnsMissingError(FileRefusedError):
    """The file is not one of messages."""

    sentence = N_("The file needs the columns %(columns)s.")


class NotTextError(FileRefusedError):
    """The bytes are no text we know."""

    sentence = N_("The file is neither UTF-8 nor GB18030 text.")


class RowRefusedError(HotlineError):
    """One row cannot be taken in."""


class RowEmptyError(RowRefusedError):
    """Nothing was written."""

    sentence = N_("It has neither title nor detail.")


class RowTooLongError(RowRefusedError):
    """More was written than a matter can hold."""

    sentence = N_("Its text is longer than %(most)s characters.")


class RowMomentError(RowRefusedError):
    """The moment cannot be read, or has not come."""

    sentence = N_("“%(text)s” in created_at is not a past moment such as 2020-01-06 12:09:38.")


class RowBrokenError(RowRefusedError):
    """The row does not fit the header."""

    sentence = N_("It has more fields than the header.")


@dataclass(frozen=True, slots=True)
class Row:
    """One message as it was written."""

    line: int
    key: str
    """The same for the same message, however often the file is read."""
    title: str
    content: str
    received_at: dt.datetime | None
    label: str
    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that was left out, and why."""

    line: int
    error: HotlineError


def decoded(data: bytes) -> str:
    """Return the text of a file as Excel and others write it. Raises `NotTextError`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotTextError


def rows(text: str, *, now: dt.datetime) -> Iterator[Row | BadRow]:
    """Yield every row of the CSV `text`, good or bad, with its line. Raises `ColumnsMissingError`."""
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ColumnsMissingError(columns=missing)
    line = reader.line_num + 1
    for fields in reader:
        try:
            yield _row(line, fields, now)
        except HotlineError as error:
            yield BadRow(line, error)
        line = reader.line_num + 1


def _row(line: int, fields: dict[str, str], now: dt.datetime) -> Row:
    if "" in fields:
        raise RowBrokenError
    title, detail = one_line(fields["title"]), cleaned(fields["detail"])
    if not title and not detail:
        raise RowEmptyError
    content = detail or title
    if len(title) > LONGEST_TITLE:
        content = f"{title}\n{detail}"
    if len(content) > LONGEST_CONTENT:
        raise RowTooLongError(most=LONGEST_CONTENT)
    phone = one_line(fields.get("phone"))
    return Row(
        line=line,
        key=_key(fields),
        title=shortened(title, LONGEST_TITLE) or shortened(detail, TITLE_FROM_DETAIL),
        content=content,
        received_at=_moment(one_line(fields["created_at"]), now),
        label=one_line(fields.get("label")),
        name=one_line(fields.get("name")) or None,
        phone=phones.normalised(phone) if phone else None,
    )


def _key(fields: dict[str, str]) -> str:
    """Return what tells this message from every other one.

    Its id or number alone will not do: files from different places count from one alike.
    """
    told = [fields.get(name) or "" for name in ("message_id", "row_no", *COLUMNS)]
    return "import:" + hashlib.sha256("\0".join(told).encode(errors="surrogatepass")).hexdigest()


def _moment(text: str, now: dt.datetime) -> dt.datetime | None:
    """Return the moment in `text`, written in Beijing time; `None` where nothing is written."""
    if not text:
        return None
    for form in MOMENTS:
        try:
            moment = dt.datetime.strptime(text, form).replace(tzinfo=LOCAL_ZONE)
        except ValueError:
            continue
        if moment <= now:
            return moment.astimezone(dt.UTC)
        break
    raise RowMomentError(text=text[:40])
