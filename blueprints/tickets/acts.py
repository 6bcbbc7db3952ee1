"""What each button on a ticket's page does: its form, its verb, and what is said when it is done."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from blueprints.tickets import forms
from blueprints.tickets.forms import ActForm
from hotline.categories import catalogue
from hotline.dispatch import extending, handling, returning, sending, supervising, urging
from hotline.dispatch.actions import Action, NotOfferedError, Standing
from hotline.errors import NotFoundError
from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.tickets import access, answering, closing, files, notes, splitting, waiting
from hotline.tickets.models import Assignment
from hotline.tickets.registration import Matter
from hotline.wording import N_, in_both


@dataclass(frozen=True, slots=True)
class Doing:
    """Everything an act needs: its form filled in, where the ticket stands, who does it and when."""

    form: ActForm
    at: Standing
    by: Staff
    now: dt.datetime

    @property
    def part(self) -> Assignment:
        """The running part of the person's department."""
        part = self.at.part_of(self.by)
        if part is None:
            raise handling.NotYoursError
        return part


@dataclass(frozen=True, slots=True)
class Act:
    """One button: what it asks for, what it does, and what is said afterwards."""

    form: type[ActForm]
    perform: Callable[[Doing], object]
    done: str
    """A marked message."""
    is_grave: bool = False
    """Shown as a dangerous button."""


def _department(code: str | None) -> Department | None:
    return departments.by_code(code) if code else None


def _chosen(code: str | None) -> Department:
    found = _department(code)
    if found is None:
        raise NotFoundError
    return found


def _answer(do: Doing) -> None:
    answering.answer_from_reply(
        do.at.ticket, words=do.form.words.data, channel=do.form.channel.data, by=do.by, now=do.now
    )
    closing.finish(do.at.ticket, by=do.by, now=do.now)


def _rule(do: Doing) -> None:
    asked, form = do.at.pending_return, do.form
    if asked is None:
        raise NotOfferedError(action=Action.RULE)
    if form.decision.data == "refuse":
        returning.refuse(asked, ruling=form.ruling.data, by=do.by, now=do.now)
        return
    to = _chosen(form.department.data) if form.decision.data == "reassign" else None
    returning.grant(asked, to=to, ruling=form.ruling.data, by=do.by, now=do.now)


def _decide(do: Doing) -> None:
    asked = do.at.pending_extension
    if asked is None:
        raise NotOfferedError(action=Action.DECIDE_EXTENSION)
    decide = extending.grant if do.form.decision.data == "grant" else extending.refuse
    decide(asked, note=do.form.note.data, by=do.by, now=do.now)


def _reply(do: Doing) -> None:
    part = do.part
    chosen = [one for one in do.form.files.data or () if one and one.filename]
    if len(chosen) > files.MOST_FILES:
        raise files.TooManyFilesError(most=files.MOST_FILES)
    for one in chosen:
        files.keep(do.at.ticket, one.stream, one.filename, part=part, by=do.by, now=do.now)
    handling.reply(part, text=do.form.reply.data, by=do.by, now=do.now)


def _extend(do: Doing) -> None:
    form = do.form
    reason = in_both(catalogue.code_item("extension_reason", form.reason.data).names)
    extending.ask(
        do.part,
        limit=form.limit(),
        grounds=f"{reason}：{form.grounds.data}",
        legal_basis=form.legal_basis.data or "",
        by=do.by,
        now=do.now,
    )


def _return(do: Doing) -> None:
    returning.ask(
        do.part,
        reason=do.form.reason.data,
        grounds=do.form.grounds.data,
        suggested=_department(do.form.department.data),
        by=do.by,
        now=do.now,
    )


def _answer_urge(do: Doing) -> None:
    row = do.at.unanswered_urge(do.by)
    if row is not None:
        urging.answered(row, answer=do.form.answer.data, by=do.by, now=do.now)


def _tell_caller(do: Doing) -> None:
    asked = do.at.untold_extension
    if asked is not None:
        extending.caller_told(asked, by=do.by, now=do.now)


def _urge(do: Doing) -> None:
    form = do.form
    urging.urge(
        do.at.ticket,
        channel=form.channel.data,
        reason=form.reason.data,
        department=_department(form.department.data),
        answer=form.answer.data or "",
        by=do.by,
        now=do.now,
    )


def _end_supervision(do: Doing) -> None:
    row = do.at.supervision
    if row is not None:
        supervising.close(row, outcome=do.form.outcome.data, by=do.by, now=do.now)


def _reclassify(do: Doing) -> None:
    closing.reclassify(
        do.at.ticket,
        category=do.form.category.data,
        content_class=do.form.content_class.data or None,
        reason=do.form.reason.data,
        by=do.by,
        now=do.now,
    )


def _split(do: Doing) -> None:
    ticket, form = do.at.ticket, do.form
    off = Matter(
        category=form.category.data,
        title=form.title.data,
        content=form.content.data,
        place=ticket.place,
        area=ticket.area,
        urgency=ticket.urgency,
    )
    splitting.split(ticket, off, stays=form.stays.data, by=do.by, now=do.now)


def _decline(do: Doing) -> None:
    note = catalogue.code_item("decline_reason", do.form.reason.data).note
    closing.decline(
        do.at.ticket,
        reason=do.form.reason.data,
        route=do.form.route.data or (in_both(note) if note else ""),
        by=do.by,
        now=do.now,
    )


def _hand_over(do: Doing) -> None:
    to = next(
        (one for one in notes.may_own() if one.id == do.form.to.data),
        None,
    )
    if to is None:
        raise NotFoundError
    notes.hand_over(do.at.ticket, to=to, by=do.by, now=do.now)


ACTS: Mapping[Action, Act] = MappingProxyType(
    {
        Action.ACKNOWLEDGE: Act(
            ActForm,
            lambda do: handling.acknowledge(do.part, by=do.by, now=do.now),
            N_("The ticket is acknowledged."),
        ),
        Action.ANSWER: Act(forms.AnswerForm, _answer, N_("The answer to the caller is recorded.")),
        Action.RULE: Act(forms.RuleForm, _rule, N_("The ruling is recorded.")),
        Action.DECIDE_EXTENSION: Act(forms.DecideExtensionForm, _decide, N_("The decision is recorded.")),
        Action.REPLY: Act(forms.ReplyForm, _reply, N_("The reply is sent.")),
        Action.CONTACTED: Act(
            forms.ContactedForm,
            lambda do: handling.caller_contacted(do.part, note=do.form.note.data, by=do.by, now=do.now),
            N_("Recorded."),
        ),
        Action.ON_SITE: Act(
            ActForm, lambda do: handling.arrived_on_site(do.part, by=do.by, now=do.now), N_("Recorded.")
        ),
        Action.PROGRESS: Act(
            forms.NoteForm,
            lambda do: handling.report_progress(do.part, note=do.form.note.data, by=do.by, now=do.now),
            N_("The progress is reported."),
        ),
        Action.WAIT: Act(
            forms.ReasonForm,
            lambda do: waiting.begin(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("The ticket waits for the caller."),
        ),
        Action.RESUME: Act(
            ActForm, lambda do: waiting.end(do.at.ticket, by=do.by, now=do.now), N_("Recorded.")
        ),
        Action.EXTEND: Act(forms.ExtendForm, _extend, N_("The extension is asked for.")),
        Action.RETURN: Act(forms.ReturnForm, _return, N_("The ticket is returned and waits for the ruling.")),
        Action.ANSWER_URGE: Act(forms.AnswerUrgeForm, _answer_urge, N_("The answer is recorded.")),
        Action.TELL_CALLER: Act(ActForm, _tell_caller, N_("Recorded.")),
        Action.SEND_BACK: Act(
            forms.ReasonForm,
            lambda do: handling.send_back(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("The reply is sent back to the department."),
        ),
        Action.URGE: Act(forms.UrgeForm, _urge, N_("The department is urged.")),
        Action.ADD_ASSIST: Act(
            forms.AddAssistForm,
            lambda do: sending.add_assist(
                do.at.ticket, _chosen(do.form.department.data), by=do.by, now=do.now
            ),
            N_("The department is asked to assist."),
        ),
        Action.REASSIGN: Act(
            forms.ReassignForm,
            lambda do: sending.reassign(
                do.at.ticket,
                _chosen(do.form.department.data),
                reason=do.form.reason.data,
                by=do.by,
                now=do.now,
            ),
            N_("The ticket is sent to the other department."),
        ),
        Action.SUPERVISE: Act(
            forms.ReasonForm,
            lambda do: supervising.open_(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("The ticket is under supervision."),
        ),
        Action.END_SUPERVISION: Act(
            forms.EndSupervisionForm, _end_supervision, N_("The supervision has ended.")
        ),
        Action.RECLASSIFY: Act(forms.ReclassifyForm, _reclassify, N_("The ticket is reclassified.")),
        Action.SPLIT: Act(forms.SplitForm, _split, N_("A new ticket was made of the part.")),
        Action.MERGE: Act(
            forms.MergeForm,
            lambda do: closing.merge(
                do.at.ticket, access.find(do.form.into.data, do.by), by=do.by, now=do.now
            ),
            N_("The tickets are merged."),
        ),
        Action.UNMERGE: Act(
            ActForm,
            lambda do: closing.unmerge(do.at.ticket, by=do.by, now=do.now),
            N_("The merge is taken back."),
        ),
        Action.DECLINE: Act(forms.DeclineForm, _decline, N_("The ticket is not accepted."), is_grave=True),
        Action.CLOSE: Act(
            forms.ContactedForm,
            lambda do: closing.close(do.at.ticket, by=do.by, now=do.now, note=do.form.note.data),
            N_("The ticket is closed."),
        ),
        Action.TERMINATE: Act(
            forms.ReasonForm,
            lambda do: closing.terminate(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("The handling is terminated."),
            is_grave=True,
        ),
        Action.REOPEN: Act(
            forms.ReasonForm,
            lambda do: closing.open_round(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("A new round is open."),
        ),
        Action.HAND_OVER: Act(forms.HandOverForm, _hand_over, N_("The ticket is handed over.")),
        Action.NOTE: Act(
            forms.NoteForm,
            lambda do: notes.add(do.at.ticket, note=do.form.note.data, by=do.by, now=do.now),
            N_("The note is saved."),
        ),
    }
)
"""Every act that has a form on the ticket's page; reviewing has a page of its own."""
