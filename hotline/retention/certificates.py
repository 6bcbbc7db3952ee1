"""Certificates of destruction: what went, by whom, before whom, and that nobody wrote one by hand."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from hotline.audit import journal
from hotline.audit.findings import Fault, Finding
from hotline.audit.journal import Actor
from hotline.audit.models import Act, ErasedRow, JournalLine, Subject
from hotline.db import session
from hotline.people.models import Staff
from hotline.retention.erasing import Erased
from hotline.retention.models import BatchState, DestructionBatch, DestructionItem

LEFT_OUT = "left_out"


def issue(
    batch: DestructionBatch,
    erased: Erased,
    *,
    left_out: list[str],
    persons: int,
    by: Actor,
    now: dt.datetime,
) -> None:
    """Write the certificate of a batch that was just carried out, and its digest into the journal."""
    content = {
        "batch": batch.number,
        "scope": batch.scope.value,
        "reason": batch.reason,
        "prepared": _signature(batch.prepared_by, batch.prepared_at),
        "approved": _signature(batch.decided_by, batch.decided_at),
        "note": batch.decision_note or "",
        "witnesses": [_signature(one.staff, one.signed_at) for one in batch.witnesses],
        "carried_out_at": _written(now),
        "items": [_item(one) for one in batch.items],
        LEFT_OUT: left_out,
        "persons": persons,
        "files": len(erased.files),
        "sealed_rows": _sealed_rows(batch.number),
    }
    batch.certificate, batch.certificate_digest = content, digest(content)
    journal.record(
        Act.DESTROYED,
        Subject.DESTRUCTION,
        batch.number,
        by=by,
        now=now,
        certificate=batch.certificate_digest,
        total=len(batch.items),
    )


def digest(content: dict[str, Any]) -> str:
    """Return the hash of a certificate."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check() -> Iterator[Finding]:
    """Yield certificates that are not as they were issued, and rows excused by none."""
    told = {
        line.about: line.details.get("certificate")
        for line in session.scalars(
            sa.select(JournalLine).where(
                JournalLine.act == Act.DESTROYED,
                JournalLine.subject.in_([Subject.DESTRUCTION, Subject.DATA_REQUEST]),
            )
        )
    }
    for batch in session.scalars(
        sa.select(DestructionBatch).where(DestructionBatch.state == BatchState.CARRIED_OUT)
    ):
        content = batch.certificate or {}
        if (
            digest(content) != batch.certificate_digest
            or told.get(batch.number) != batch.certificate_digest
            or content.get("sealed_rows") != _sealed_rows(batch.number)
        ):
            yield Finding(DestructionBatch.__tablename__, Fault.CHANGED, batch.id, batch.number)
    known = sa.select(ErasedRow.certificate, sa.func.min(ErasedRow.row_id)).group_by(ErasedRow.certificate)
    for number, row_id in session.execute(known):
        if number not in told:
            yield Finding(ErasedRow.__tablename__, Fault.INSERTED, row_id, number)


def sealed_rows_digest(number: str) -> str:
    """Return one digest over the rows of sealed days that went under a certificate."""
    return str(_sealed_rows(number)["digest"])


def _sealed_rows(number: str) -> dict[str, Any]:
    rows = session.execute(
        sa.select(ErasedRow.stream, ErasedRow.row_id, ErasedRow.digest)
        .where(ErasedRow.certificate == number)
        .order_by(ErasedRow.stream, ErasedRow.row_id)
    ).all()
    text = "|".join(f"{stream}:{row_id}:{kept}" for stream, row_id, kept in rows)
    return {"count": len(rows), "digest": hashlib.sha256(text.encode()).hexdigest()}


def _item(item: DestructionItem) -> dict[str, Any]:
    number = item.ticket.number if item.ticket else f"C{item.contact_id}"
    return {"number": number, "class": item.retention.value, "ended_on": item.ended_on.isoformat()}


def _signature(person: Staff | None, when: dt.datetime | None) -> dict[str, str] | None:
    if person is None or when is None:
        return None if when is None else {"number": "", "name": "", "at": _written(when)}
    return {"number": person.number, "name": person.name, "at": _written(when)}


def _written(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).isoformat(timespec="seconds")
