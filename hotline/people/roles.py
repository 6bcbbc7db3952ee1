"""What a member of staff is, and so what they may do."""

from hotline.wording import N_, Labelled


class Role(Labelled):
    """The posts of a hotline and its departments."""

    TRAINEE = "trainee", N_("Trainee")
    OPERATOR = "operator", N_("Operator")
    SHIFT_LEADER = "shift_leader", N_("Shift leader")
    CALLBACK_AGENT = "callback_agent", N_("Callback agent")
    DEPARTMENT_CLERK = "department_clerk", N_("Department clerk")
    DEPARTMENT_HEAD = "department_head", N_("Department head")
    INFORMATION_OFFICER = "information_officer", N_("Information officer")
    SERVICE_MANAGER = "service_manager", N_("Service manager")
    OVERSIGHT_OFFICER = "oversight_officer", N_("Oversight officer")
    KNOWLEDGE_EDITOR = "knowledge_editor", N_("Knowledge editor")
    ARCHIVIST = "archivist", N_("Archivist")
    INSPECTOR = "inspector", N_("Quality inspector")
    ADMINISTRATOR = "administrator", N_("Administrator")
    AUDITOR = "auditor", N_("Auditor")


DEPARTMENT_ROLES = frozenset({Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD, Role.INFORMATION_OFFICER})
"""Roles that act for the department they belong to, and see its tickets only."""
