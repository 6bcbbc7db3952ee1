"""What each button on a ticket's page asks for, does, and says when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from blueprints.tickets import closing_forms, doings, forms
from blueprints.tickets import department_forms as of_departments
from blueprints.tickets.doings import Doing
from blueprints.tickets.forms import ActForm
from hotline.dispatch import handling, sending, supervising
from hotline.dispatch.actions import Action
from hotline.tickets import accepting, access, closing, merging, notes, waiting
from hotline.wording import N_


@dataclass(frozen=True, slots=True)
class Act:
    """One button: what it asks for, what it does, and what is said afterwards."""

    form: type[ActForm]
    perform: Callable[[Doing], object]
    done: str
    """A marked message."""
    is_grave: bool = False
    """Shown as a dangerous button."""


ACTS: Mapping[Action, Act] = MappingProxyType(
    {
        Action.ACKNOWLEDGE: Act(
            ActForm,
            lambda do: handling.acknowledge(do.part, by=do.by, now=do.now),
            N_("The ticket is acknowledged."),
        ),
        Action.ANSWER: Act(
            closing_forms.AnswerForm, doings.answer, N_("The answer to the caller is recorded.")
        ),
        Action.ACCEPT: Act(
            ActForm,
            lambda do: accepting.accept(do.at.ticket, by=do.by, now=do.now),
            N_("The petition is accepted; its limits run."),
        ),
        Action.RULE: Act(forms.RuleForm, doings.rule, N_("The ruling is recorded.")),
        Action.DECIDE_EXTENSION: Act(
            forms.DecideExtensionForm, doings.decide, N_("The decision is recorded.")
        ),
        Action.REPLY: Act(closing_forms.ReplyForm, doings.reply, N_("The reply is sent.")),
        Action.CONTACTED: Act(
            of_departments.ContactedForm,
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
        Action.EXTEND: Act(of_departments.ExtendForm, doings.extend, N_("The extension is asked for.")),
        Action.RETURN: Act(
            of_departments.ReturnForm,
            doings.give_back,
            N_("The ticket is returned and waits for the ruling."),
        ),
        Action.ANSWER_URGE: Act(
            of_departments.AnswerUrgeForm, doings.answer_urge, N_("The answer is recorded.")
        ),
        Action.TELL_CALLER: Act(ActForm, doings.tell_caller, N_("Recorded.")),
        Action.SEND_BACK: Act(
            forms.ReasonForm,
            lambda do: handling.send_back(do.at.ticket, reason=do.form.reason.data, by=do.by, now=do.now),
            N_("The reply is sent back to the department."),
        ),
        Action.URGE: Act(forms.UrgeForm, doings.urge, N_("The department is urged.")),
        Action.ADD_ASSIST: Act(
            forms.AddAssistForm,
            lambda do: sending.add_assist(
                do.at.ticket, doings.chosen(do.form.department.data), by=do.by, now=do.now
            ),
            N_("The department is asked to assist."),
        ),
        Action.REASSIGN: Act(
            forms.ReassignForm,
            lambda do: sending.reassign(
                do.at.ticket,
                doings.chosen(do.form.department.data),
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
            forms.EndSupervisionForm, doings.end_supervision, N_("The supervision has ended.")
        ),
        Action.RECLASSIFY: Act(forms.ReclassifyForm, doings.reclassify, N_("The ticket is reclassified.")),
        Action.SPLIT: Act(forms.SplitForm, doings.split, N_("A new ticket was made of the part.")),
        Action.MERGE: Act(
            forms.MergeForm,
            lambda do: merging.merge(
                do.at.ticket, access.find(do.form.into.data, do.by), by=do.by, now=do.now
            ),
            N_("The tickets are merged."),
        ),
        Action.UNMERGE: Act(
            ActForm,
            lambda do: merging.unmerge(do.at.ticket, by=do.by, now=do.now),
            N_("The merge is taken back."),
        ),
        Action.DECLINE: Act(
            forms.DeclineForm, doings.decline, N_("The ticket is not accepted."), is_grave=True
        ),
        Action.CLOSE: Act(closing_forms.CloseForm, doings.close, N_("The ticket is closed.")),
        Action.FILE_REPLY: Act(closing_forms.FileReplyForm, doings.file_reply, N_("The reply is filed.")),
        Action.PHONED: Act(closing_forms.PhonedForm, doings.phoned, N_("Recorded.")),
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
        Action.HAND_OVER: Act(forms.HandOverForm, doings.hand_over, N_("The ticket is handed over.")),
        Action.NOTE: Act(
            forms.NoteForm,
            lambda do: notes.add(do.at.ticket, note=do.form.note.data, by=do.by, now=do.now),
            N_("The note is saved."),
        ),
    }
)
"""Every act that has a form on the ticket's page; reviewing has a page of its own."""
