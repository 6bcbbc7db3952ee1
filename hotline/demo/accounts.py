"""The demonstration's people: one for every role, and a clerk for every department that gets tickets."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.db import session
from hotline.people import departments, staff
from hotline.people.models import Staff
from hotline.people.roles import Role

PASSWORD = "demo-12345"  # noqa: S105 - known to everybody, which is why a real desk starts with --no-demo


@dataclass(frozen=True, slots=True)
class Account:
    """A made-up member of staff."""

    number: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None


ACCOUNTS = (
    Account("1001", "王敏", (Role.OPERATOR,)),
    Account("1002", "陈静", (Role.OPERATOR,)),
    Account("1003", "小周", (Role.TRAINEE,)),
    Account("1101", "赵值班", (Role.SHIFT_LEADER,)),
    Account("1201", "孙回访", (Role.CALLBACK_AGENT,)),
    Account("1301", "钱知识", (Role.KNOWLEDGE_EDITOR,)),
    Account("1302", "何编辑", (Role.KNOWLEDGE_EDITOR,)),
    Account("1401", "林经理", (Role.SERVICE_MANAGER,)),
    Account("1501", "郑督办", (Role.OVERSIGHT_OFFICER,)),
    Account("1601", "吴档案", (Role.ARCHIVIST,)),
    Account("1602", "冯质检", (Role.INSPECTOR,)),
    Account("1901", "管理员", (Role.ADMINISTRATOR,)),
    Account("1902", "审计员", (Role.AUDITOR,)),
    Account("2001", "刘城管", (Role.DEPARTMENT_CLERK,), "urban_management"),
    Account("2002", "高局长", (Role.DEPARTMENT_HEAD,), "urban_management"),
    Account("2003", "罗信息", (Role.INFORMATION_OFFICER,), "urban_management"),
    Account("2101", "马水务", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "water_group"),
    Account("2102", "梁总", (Role.DEPARTMENT_HEAD,), "water_group"),
    Account("2201", "唐人社", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "labour"),
    Account("2301", "许环保", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "environment"),
    Account("2401", "韩教育", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "education"),
    Account("2501", "曹市监", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "market"),
    Account("2601", "彭住建", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "housing"),
    Account("2701", "董交通", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "transport"),
    Account("2801", "袁卫健", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "health"),
    Account("2901", "纪检员", (Role.DEPARTMENT_CLERK, Role.INFORMATION_OFFICER), "discipline"),
)


def load(*, now: dt.datetime) -> dict[str, Staff]:
    """Add the people who are not there yet; return all of them by number.

    A department the loaded profile does not have is left out, with its people.
    """
    known = {
        person.number: person
        for person in session.scalars(
            sa.select(Staff).where(Staff.number.in_([account.number for account in ACCOUNTS]))
        )
    }
    for account in ACCOUNTS:
        unit = departments.by_code(account.department) if account.department else None
        if account.number in known or (account.department and unit is None):
            continue
        known[account.number] = staff.add(
            account.number, account.name, PASSWORD, roles=account.roles, department=unit, now=now
        )
    return known
