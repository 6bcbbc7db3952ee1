"""Every page in both languages: it opens, axe finds nothing, it fits a desk and a phone, it is translated."""

import base64
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from hotline.callbacks import customer_calls, links
from hotline.callbacks.models import CallbackMode, CallbackState, CallbackTask
from hotline.contacts import intake
from hotline.contacts.intake import Caller, LetterDetails, VisitDetails
from hotline.contacts.models import Contact, Letter, Requester
from hotline.db import session, transaction, utc_now
from hotline.errands import owing
from hotline.letters import papers, replying, scans
from hotline.letters.models import PaperKind
from hotline.people.models import Staff
from hotline.reception import hall, host_visits, suggestions, urgent
from hotline.reception.host_visits import Announced
from hotline.repeats import hot_issues
from hotline.retention import batches, filing, requests
from hotline.retention.models import Asked, RetentionRecord, Scope
from hotline.shifts import handing
from hotline.statistics import inspections
from hotline.tickets.models import Assignment, Ticket
from hotline.tickets.states import TicketStatus
from knowledge_base import articles
from tests.browser.conftest import NARROW, WIDE, Browse, Watch
from tests.browser.desk import Desk, last_month

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

NOBODY, OPERATOR, TRAINEE, LEADER, AGENT, EDITOR, REVIEWER = (
    "",
    "1001",
    "1003",
    "1101",
    "1201",
    "1301",
    "1302",
)
MANAGER, OVERSIGHT, ADMINISTRATOR, CLERK, AUDITOR, ARCHIVIST = (
    "1401",
    "1501",
    "1901",
    "2001",
    "1902",
    "1601",
)
ROLES = (
    "1001",
    "1003",
    "1101",
    "1201",
    "1301",
    "1401",
    "1501",
    "1601",
    "1602",
    "1901",
    "1902",
    "2001",
    "2002",
    "2003",
)

PAGES = (
    *[(number, "/") for number in ROLES],
    (NOBODY, "/sign-in"),
    (NOBODY, "/status"),
    (NOBODY, "/knowledge"),
    (NOBODY, "/knowledge/KB-1001"),
    (OPERATOR, "/account"),
    (OPERATOR, "/notices"),
    (OPERATOR, "/notices/due/2026-03-04"),
    (OPERATOR, "/intake/call"),
    (OPERATOR, "/intake/visit"),
    (OPERATOR, "/intake/letter"),
    (TRAINEE, "/intake/call"),
    (OPERATOR, "/intake/saved/{contact}"),
    (OPERATOR, "/requesters/{requester}"),
    (OPERATOR, "/letters"),
    (OPERATOR, "/letters/{letter}"),
    (OPERATOR, "/letters/{letter}/order?category=complaint"),
    (LEADER, "/letters/{fresh_letter}/correct"),
    (OPERATOR, "/letters/{letter}/slip"),
    (OPERATOR, "/letters/{letter}/scans/{scan}"),
    (OPERATOR, "/letters/replies/{reply}"),
    (LEADER, "/letters/replies/{approved}"),
    (LEADER, "/letters/replies/{approved}/print"),
    (OPERATOR, "/papers"),
    (OPERATOR, "/papers/{paper}"),
    (OPERATOR, "/papers/print?standing=open"),
    (CLERK, "/papers/mine"),
    (OPERATOR, "/errands"),
    (OPERATOR, "/errands/calls"),
    (OPERATOR, "/errands/{errand}"),
    (LEADER, "/hot-issues"),
    (LEADER, "/hot-issues/{hot_issue}"),
    (OPERATOR, "/phrases"),
    (OPERATOR, "/telephony"),
    (LEADER, "/telephony?view=missed"),
    (LEADER, "/telephony/refused"),
    (ADMINISTRATOR, "/telephony/exchange"),
    (OPERATOR, "/reception"),
    (LEADER, "/reception/visits/{visit}/correct"),
    (LEADER, "/reception/visits/{visit}/slip"),
    (OPERATOR, "/host-visits"),
    (OPERATOR, "/host-visits/{host_visit}"),
    (CLERK, "/host-visits"),
    (OPERATOR, "/hall"),
    (OPERATOR, "/hall/{service}"),
    (OPERATOR, "/suggestions"),
    (LEADER, "/suggestions/{entry}"),
    (LEADER, "/urgent-reports"),
    (LEADER, "/urgent-reports/{report}"),
    (LEADER, "/roster"),
    (OPERATOR, "/roster"),
    (LEADER, "/qualifications"),
    (LEADER, "/qualifications/{trainee}"),
    (TRAINEE, "/qualifications"),
    (MANAGER, "/registers"),
    (OPERATOR, "/registers?kind=calls"),
    (MANAGER, "/registers/print"),
    (LEADER, "/shifts"),
    (LEADER, "/shifts/{shift}"),
    (OPERATOR, "/tickets"),
    (CLERK, "/tickets"),
    *[
        (OPERATOR, f"/tickets/{{{status}}}")
        for status in ("to_review", "dispatched", "handling", "replied", "callback_due", "closed")
    ],
    (LEADER, "/tickets/{to_review}"),
    (CLERK, "/tickets/{theirs}"),
    (OPERATOR, "/tickets/{handling}/urge"),
    (OPERATOR, "/tickets/{handling}/orders/{part}"),
    (LEADER, "/review"),
    (LEADER, "/review/{to_review}"),
    (CLERK, "/department"),
    (AGENT, "/callbacks"),
    (AGENT, "/callbacks?view=all"),
    (AGENT, "/callbacks/{task}"),
    (LEADER, "/callbacks/manage"),
    (LEADER, "/callbacks/reports"),
    (AGENT, "/callbacks/answered"),
    (MANAGER, "/callbacks/customers"),
    (AGENT, "/callbacks/customers/{customer_call}"),
    (LEADER, "/callbacks/summaries"),
    (NOBODY, "/v/thanks"),
    (NOBODY, "/v/{token}"),
    (CLERK, "/assessments"),
    (OPERATOR, "/kb"),
    (OPERATOR, "/kb/articles/KB-1001"),
    (EDITOR, "/kb/new"),
    (EDITOR, "/kb/articles/KB-1001/edit"),
    (EDITOR, "/kb/articles/KB-1001/difference"),
    (EDITOR, "/kb/drafts"),
    (EDITOR, "/kb/gaps"),
    (REVIEWER, "/kb/review"),
    (EDITOR, "/kb/statistics"),
    (EDITOR, "/kb/upkeep"),
    (MANAGER, "/statistics"),
    (MANAGER, "/statistics/board"),
    (MANAGER, "/statistics/callbacks"),
    (MANAGER, "/statistics/complaints"),
    (MANAGER, "/statistics/exports"),
    (MANAGER, "/statistics/inspections"),
    (MANAGER, "/statistics/inspections/new"),
    (MANAGER, "/statistics/inspections/{sheet}"),
    (MANAGER, "/statistics/inspections/{sheet}?print=1"),
    (MANAGER, "/statistics/matters?count=contacts"),
    (MANAGER, "/statistics/measures"),
    (MANAGER, "/statistics/months"),
    (MANAGER, "/statistics/months/{month}"),
    (MANAGER, "/statistics/patterns"),
    (MANAGER, "/statistics/ranking"),
    (MANAGER, "/statistics/timeliness"),
    (MANAGER, "/statistics/wallboard"),
    (OVERSIGHT, "/supervision"),
    (OVERSIGHT, "/supervision/departments/urban_management/returned"),
    (ADMINISTRATOR, "/people"),
    (ADMINISTRATOR, "/people/new"),
    (ADMINISTRATOR, "/people/{trainee}"),
    (MANAGER, "/categories"),
    (MANAGER, "/categories/complaint"),
    (MANAGER, "/categories/calculator"),
    (MANAGER, "/categories/classes"),
    (MANAGER, "/categories/lists"),
    (MANAGER, "/categories/lists/extension_reason"),
    (MANAGER, "/categories/routing"),
    (ADMINISTRATOR, "/calendar"),
    (ADMINISTRATOR, "/calendar/import"),
    (ADMINISTRATOR, "/calendar/deadlines"),
    (ADMINISTRATOR, "/operations"),
    (ARCHIVIST, "/archive"),
    (ARCHIVIST, "/archive/{closed}"),
    (ARCHIVIST, "/archive?state=filed"),
    (ARCHIVIST, "/destruction"),
    (ARCHIVIST, "/destruction/{batch}"),
    (ARCHIVIST, "/destruction/{batch}/certificate"),
    (ADMINISTRATOR, "/data-requests"),
    (AUDITOR, "/data-requests/{data_request}"),
    (AUDITOR, "/audit"),
    (AUDITOR, "/audit/looks"),
    (AUDITOR, "/audit/alarms"),
    (AUDITOR, "/account/sessions"),
    (AUDITOR, "/account/second-factor"),
    (LEADER, "/tickets/{to_review}/recusals"),
)
"""Who opens which page. A new page is one line; what stands in braces is looked up on the desk."""

ERRORS = (
    (OPERATOR, "/tickets/2601010000019", 404),
    (OPERATOR, "/people", 403),
    (NOBODY, "/nowhere", 404),
)

SMALLEST_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)

NOT_PAGES = {
    "health.alive",
    "health.figures",
    "health.ready",
    "papers.export",
    "registers.export",
    "session.code",
    "session.openid_back",
    "session.openid_begin",
    "static",
    "statistics.figures_json",
    "telephony.listen",
    "telephony.now",
    "telephony.strip",
    "tickets.search",
}
"""What machines read, what leads elsewhere (a search is posted and shown as the list), and the page between a
password and its code (tests/blueprints/test_signing.py), and the way to a provider and back
(tests/blueprints/test_openid.py).
"""

FOREIGN = re.compile(r"\b[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}\b")
"""Two Latin words in a row: a sentence nobody translated."""

VISIBLE_TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest("script, style, kbd, code, pre, [lang=en]")) continue;
        const text = walker.currentNode.textContent.trim();
        if (text && parent.checkVisibility()) texts.push(text);
    }
    return texts;
}"""
SAME_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, position) => ids.indexOf(id) !== position);
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Places:
    """Fills in what stands in braces, with what there is on this desk."""

    values: dict[str, object]

    def __call__(self, path: str) -> str:
        return path.format(**self.values)


def posted(leader: Staff, agent: Staff, now: dt.datetime) -> dict[str, object]:
    """Let a letter with a scan come, two replies to it, and a fax; return their numbers."""
    letter = intake.record(
        LetterDetails(letter_class="complaint", written_on=now.date(), secrecy="internal"),
        Caller(name="李秀英", address="幸福里3号楼"),
        category="complaint",
        content_class=None,
        summary="工地夜间施工\n连续两晚施工到凌晨",
        received_at=now,
        is_read_back=None,
        submission_key="a letter looked at",
        by=leader,
        now=now,
    )
    fresh = intake.record(
        LetterDetails(letter_class="complaint"),
        Caller(name="王丽", address="幸福里5号楼"),
        category="complaint",
        content_class=None,
        summary="楼道灯不亮",
        received_at=now,
        is_read_back=None,
        submission_key="a letter to correct",
        by=leader,
        now=now,
    )
    visit = intake.record(
        VisitDetails(visitor_count=2, people_concerned=30),
        Caller(name="王丽", phone="13855120022"),
        category="complaint",
        content_class=None,
        summary="楼道灯不亮\n已有一周",
        received_at=now,
        is_read_back=True,
        submission_key="a visit to correct",
        by=leader,
        now=now,
    )
    assert isinstance(letter, Letter)
    (scan,) = scans.keep(letter, [(io.BytesIO(SMALLEST_PNG), "page.png")], by=leader, now=now)
    draft = replying.draft(letter, "result", by=leader, now=now)
    approved = replying.draft(letter, "thanks", by=leader, now=now)
    replying.submit(approved, by=leader, now=now)
    manager = session.scalars(sa.select(Staff).where(Staff.number == MANAGER)).one()
    replying.approve(approved, by=manager, now=now)
    came = papers.Arrived(kind=PaperKind.FAX, arrived_at=now, sender="区政府办公室", addressee=agent)
    fax = papers.register(came, by=leader, now=now)
    return {
        "letter": letter.id,
        "fresh_letter": fresh.id,
        "visit": visit.id,
        "scan": scan.id,
        "reply": draft.id,
        "approved": approved.id,
        "paper": fax.id,
    }


@pytest.fixture(scope="module")
def places(desk: Desk) -> Places:
    """Tickets of every status, and one of whatever else has a page of its own."""
    now = utc_now()
    with desk.app.app_context():
        with transaction():
            article = articles.get("KB-1001")
            assert article.published is not None
            more = articles.Content(
                title=article.published.title, body=f"{article.published.body}\n\n可预约办理。"
            )
            articles.draft(more, by=article.published.author, now=now, article=article)
            leader = session.scalars(sa.select(Staff).where(Staff.number == LEADER)).one()
            agent_of_desk = session.scalars(sa.select(Staff).where(Staff.number == OPERATOR)).one()
            errand = owing.note_call(phone="0551-62345678", by=None, now=now)
            shift = handing.give(notes="钥匙两把", by=leader, now=now)
            issue = hot_issues.open_issue("路灯不亮", by=leader, now=now)
            lamp = session.scalars(sa.select(Ticket).where(Ticket.category == "complaint").limit(1)).one()
            hot_issues.add(issue, lamp, by=leader, now=now)
            agent = session.scalars(sa.select(Staff).where(Staff.number == AGENT)).one()
            missed = customer_calls.plan_missed_call(phone="13811112222", once="looked at", by=agent, now=now)
            late = inspections.Judged(item="timeliness", is_met=False, problem="两件工单超时", points=-3)
            sheet = inspections.inspect(
                staff=agent, judged=[late], remarks="抽查录音五条。", by=leader, now=now
            )
            task = session.scalars(
                sa.select(CallbackTask)
                .where(CallbackTask.state == CallbackState.OPEN, CallbackTask.by_role.is_(None))
                .order_by(CallbackTask.id.desc())
                .limit(1)
            ).one()
            token = links.hand_over(task, CallbackMode.WEB, by=agent, now=now)
            asked = {"customer_call": missed.id, "sheet": sheet.id, "token": token}
            came = Announced(host=leader, name="周丽", purpose="洽谈停车收费", phone="13812345678")
            visit = host_visits.walk_in(came, by=agent_of_desk, now=now)
            service = hall.open_service("new_account", name="李秀英", by=agent_of_desk, now=now)
            entry = suggestions.enter("大厅座椅太少", page="12", by=agent_of_desk, now=now)
            report = urgent.report(lamp, lamp.contacts[0], by=agent_of_desk, now=now)
            asked |= {
                "host_visit": visit.id,
                "service": service.id,
                "entry": entry.id,
                "report": report.id,
            }
            own = asked | {"errand": errand.id, "shift": shift.id, "hot_issue": issue.id}
            own |= destroyed(now)
            own |= posted(leader, agent, now)
        with_contact = sa.select(Ticket).where(Ticket.has_contact).order_by(Ticket.id)
        values: dict[str, object] = {
            status.value: found.number
            for status in TicketStatus
            if (found := session.scalar(with_contact.where(Ticket.status == status).limit(1)))
        }
        clerk = session.scalars(sa.select(Staff).where(Staff.number == CLERK)).one()
        part = session.scalars(
            sa.select(Assignment).where(Assignment.department_id == clerk.department_id).limit(1)
        ).one()
        handled = session.scalars(
            sa.select(Assignment).join(Ticket).where(Ticket.number == values["handling"]).limit(1)
        ).one()
        values |= own | {
            "theirs": part.ticket.number,
            "part": handled.id,
            "contact": session.scalar(
                sa.select(sa.func.min(Contact.id)).where(Contact.ticket_id.is_not(None))
            ),
            "requester": session.scalar(sa.select(sa.func.min(Requester.id))),
            "task": session.scalar(sa.select(sa.func.min(CallbackTask.id))),
            "trainee": session.scalar(sa.select(Staff.id).where(Staff.number == TRAINEE)),
            "month": f"{last_month(now):%Y-%m}",
        }
        session.remove()
    return Places(values)


def destroyed(now: dt.datetime) -> dict[str, object]:
    """Destroy what was closed last, before witnesses; take a person's request."""
    by = {one.number: one for one in session.scalars(sa.select(Staff))}
    filing.classify(filing.waiting_for_class(), now=now)
    last = sa.select(RetentionRecord).where(RetentionRecord.keep_until.is_not(None))
    record = session.scalars(last.order_by(RetentionRecord.ticket_id.desc()).limit(1)).one()
    record.keep_until = dt.date(2020, 12, 31)
    session.flush()
    batch = batches.prepare(Scope.MATTERS, reason="保管期满", by=by[ARCHIVIST], now=now)
    batches.decide(batch, approve=True, note="同意", by=by[MANAGER], now=now)
    for number in (ARCHIVIST, AUDITOR):
        batches.sign(batch, typed=batch.number, by=by[number], now=now)
    known = session.scalars(sa.select(Requester).where(Requester.name.is_not(None)).limit(1)).one()
    asked = requests.receive(
        known, Asked.ERASURE, identity_check="按登记号码回拨核实", by=by[ADMINISTRATOR], now=now
    )
    return {"batch": batch.number, "data_request": asked.number}


def faults(page: Page) -> dict[str, object]:
    """Return what is wrong with the page as it stands, by kind; nothing is right."""
    page.evaluate(AXE)
    options = {"runOnly": STANDARD, "resultTypes": ["violations"]}
    violations = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations)", options
    )
    found: dict[str, object] = {
        "axe": [
            f"{one['id']}: {node['target'][0]}: {node['failureSummary']}"
            for one in violations
            for node in one["nodes"]
        ],
        "same ids": page.evaluate(SAME_IDS),
    }
    for name, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(size)
        found[f"pixels too wide, {name}"] = page.evaluate(TOO_WIDE)
    if page.locator("html").get_attribute("lang") == "zh-CN":
        found["not translated"] = [text for text in page.evaluate(VISIBLE_TEXTS) if FOREIGN.search(text)]
    return {kind: what for kind, what in found.items() if what}


@pytest.mark.parametrize(
    ("number", "path"), PAGES, ids=[f"{number or 'nobody'}:{path}" for number, path in PAGES]
)
def test_a_page_is_whole_in_both_languages(browse: Browse, places: Places, number: str, path: str) -> None:
    wrong: dict[str, object] = {}
    for language, html_lang in (("zh", "zh-CN"), ("en", "en")):
        page = browse(number, language)
        answered = page.goto(places(path), wait_until="load")
        assert answered is not None
        assert answered.status == 200
        expect(page.locator("html")).to_have_attribute("lang", html_lang)
        expect(page.get_by_role("main")).to_be_visible()
        if found := faults(page):
            wrong[language] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("number", "path", "status"), ERRORS, ids=[f"{path}:{status}" for _, path, status in ERRORS]
)
def test_a_refusal_is_a_page_as_well(
    browse: Browse, watch: Watch, number: str, path: str, status: int
) -> None:
    watch.expected.add(status)
    for language in ("zh", "en"):
        page = browse(number, language)
        answered = page.goto(path)
        assert answered is not None
        assert answered.status == status
        assert faults(page) == {}


def test_every_page_without_parameters_is_looked_at(desk: Desk) -> None:
    looked_at = {path.partition("?")[0].rstrip("/") for _, path in PAGES}
    forgotten = [
        rule.rule
        for rule in desk.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in NOT_PAGES
        if rule.rule.rstrip("/") not in looked_at
    ]
    assert forgotten == []
