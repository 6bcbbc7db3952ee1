"""Where letters go: by class, by decision with a reason, posted twice, handed over and signed for."""

import pytest
import sqlalchemy as sa

from hotline.categories.letter_terms import LetterRoute
from hotline.categories.terms import ClosingNeed
from hotline.contacts.models import Disposition, Letter
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import NotAllowedError, NotFoundError
from hotline.letters import alarms, deciding, handing, rights, trails
from hotline.letters.models import LetterDecision
from hotline.people.roles import Role
from hotline.tickets.closing_needs import Fact, NeedMissingError
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from tests.hotline.letters.conftest import MONDAY, Written
from tests.matters import Desk, at, somebody

COMPLAINT = Matter(category="complaint", title="Noise", content="Every night", place="Lane 5")
PRAISE = Matter(category="praise", title="Thanks", content="To Li", facts={"praised": "Li", "deed": "Help"})


def test_the_assistant_decides_on_a_complaint_either_way(desk: Desk, letter: Written) -> None:
    settled, noisy = letter(), letter()
    with pytest.raises(deciding.DecisionReasonMissingError), transaction():
        deciding.file(settled, reason=" ", by=desk.operator, now=MONDAY)
    with transaction():
        deciding.file(settled, reason="Settled by telephone", by=desk.operator, now=MONDAY)
        ticket = deciding.make_ticket(noisy, COMPLAINT, reason="Third time", by=desk.leader, now=MONDAY)
    assert (settled.disposition, settled.filed_because) == (Disposition.FILED, "Settled by telephone")
    assert noisy.ticket_id == ticket.id
    decided = deciding.of(noisy)
    assert decided is not None
    assert (decided.route, decided.reason, decided.decided_by_id) == (
        LetterRoute.ORDER,
        "Third time",
        desk.leader.id,
    )
    with pytest.raises(deciding.DecidedAlreadyError), transaction():
        deciding.file(noisy, reason="No", by=desk.operator, now=MONDAY)


@pytest.mark.parametrize(
    ("letter_class", "route"),
    [
        ("service_matter", LetterRoute.FILE),
        ("service_matter", LetterRoute.HAND_OVER),
        ("praise", LetterRoute.FILE),
        ("praise", LetterRoute.ORDER),
        ("other_business", LetterRoute.FILE),
        ("official_document", LetterRoute.ORDER),
    ],
)
def test_the_class_says_the_way(app: object, letter_class: str, route: LetterRoute) -> None:
    with pytest.raises(deciding.RouteRefusedError):
        deciding.require(letter_class, route, is_repeat=False, secrecy=None)


def test_a_repeat_is_filed_with_the_first_letter(desk: Desk, letter: Written) -> None:
    first = letter("service_matter")
    again = letter("service_matter", earlier_id=first.id)
    with transaction():
        deciding.file(again, reason="Repeats the first", by=desk.operator, now=MONDAY)
    assert again.disposition is Disposition.FILED


def test_who_does_not_decide_is_refused(letter: Written) -> None:
    with pytest.raises(NotAllowedError), transaction():
        deciding.file(letter(), reason="No", by=somebody(Role.TRAINEE), now=MONDAY)


def test_praise_is_closed_with_both_postings_only(desk: Desk, letter: Written) -> None:
    praise = letter("praise")
    with pytest.raises(deciding.NotPostedError), transaction():
        deciding.make_ticket(praise, COMPLAINT, reason="", by=desk.operator, now=MONDAY)
    with transaction():
        ticket = deciding.make_ticket(praise, PRAISE, reason="", by=desk.operator, now=MONDAY)
    for need, place in (
        (ClosingNeed.ORIGINAL_POSTED, "Office, board at the door"),
        (ClosingNeed.COPY_POSTED, "Cleaning department"),
    ):
        with pytest.raises(NeedMissingError), transaction():
            deciding.close_posted(ticket, by=desk.operator, now=MONDAY)
        wordless = Fact(need=need, words=" ", happened_at=MONDAY)
        with pytest.raises(NeedMissingError), transaction():
            deciding.post(ticket, wordless, by=desk.operator, now=MONDAY)
        with transaction():
            fact = Fact(need=need, words=place, happened_at=MONDAY)
            deciding.post(ticket, fact, by=desk.operator, now=MONDAY)
    with transaction():
        deciding.close_posted(ticket, by=desk.operator, now=MONDAY)
    assert ticket.status is TicketStatus.CLOSED
    assert [row.words for row in trails.of([praise.id])[praise.id].postings] == [
        "Office, board at the door",
        "Cleaning department",
    ]


def test_a_document_is_handed_over_and_signed_for_by_its_receiver_alone(desk: Desk, letter: Written) -> None:
    document, clerk = letter("official_document"), somebody(Role.ARCHIVIST)
    with pytest.raises(handing.ReceiverMissingError), transaction():
        deciding.hand_over(document, desk.agent, reason="", by=desk.operator, now=MONDAY)
    with transaction():
        deciding.hand_over(document, clerk, reason="", by=desk.operator, now=MONDAY)
    (row,) = handing.to_sign(clerk)
    assert rights.may_see(document, clerk)
    told = session.scalars(
        sa.select(Notice.kind).where(Notice.staff_id == clerk.id).order_by(Notice.id)
    ).all()
    assert told == ["letter_handed_over"]
    with pytest.raises(NotFoundError), transaction():
        handing.sign(row.id, by=desk.manager, now=MONDAY)
    with transaction():
        handing.sign(row.id, by=clerk, now=MONDAY)
    assert handing.to_sign(clerk) == []
    with pytest.raises(handing.SignedAlreadyError), transaction():
        handing.sign(row.id, by=clerk, now=MONDAY)


def test_what_lies_about_is_reported_once(desk: Desk, letter: Written) -> None:
    letter()
    with transaction():
        deciding.hand_over(
            letter("other_business"), somebody(Role.ARCHIVIST), reason="", by=desk.operator, now=MONDAY
        )
        assert alarms.alarm(MONDAY) == 0
    with transaction():
        assert alarms.alarm(at("2026-03-04 09:00")) == 2
    with transaction():
        assert alarms.alarm(at("2026-03-04 09:05")) == 0
    kinds = session.scalars(
        sa.select(Notice.kind).where(Notice.staff_id == desk.leader.id).order_by(Notice.id)
    )
    assert sorted(kinds) == ["hand_over_late", "letter_undecided"]


def test_a_state_secret_is_registered_and_handed_over_but_never_made_a_ticket(
    desk: Desk, letter: Written
) -> None:
    secret = letter("service_matter", secrecy="secret")
    with pytest.raises(rights.StateSecretError), transaction():
        deciding.make_ticket(secret, COMPLAINT, reason="", by=desk.operator, now=MONDAY)
    assert session.scalar(sa.select(sa.func.count(LetterDecision.id))) == 0
    with transaction():
        deciding.hand_over(secret, somebody(Role.ARCHIVIST), reason="By hand", by=desk.operator, now=MONDAY)
    assert session.get_one(Letter, secret.id).disposition is Disposition.FILED


def test_departments_see_no_letter_whose_sender_is_hidden_from_them(desk: Desk, letter: Written) -> None:
    noisy, helped = letter(), letter("service_matter")
    with transaction():
        noisy.secrecy_requested = True
        ticket = deciding.make_ticket(noisy, COMPLAINT, reason="", by=desk.operator, now=MONDAY)
        needed = Matter(category="help", title="Lamp", content="Dark", place="Lane 5")
        shown = deciding.make_ticket(helped, needed, reason="", by=desk.operator, now=MONDAY)
    desk.send(ticket, MONDAY)
    desk.send(shown, MONDAY)
    clerk = desk.clerk("urban_management")
    assert not rights.may_see(noisy, clerk)
    assert rights.may_see(helped, clerk)
    assert not rights.may_see(letter(), clerk)


def test_the_letter_of_a_tip_off_is_seen_by_those_alone_who_may_have_the_identity_shown(
    desk: Desk, letter: Written
) -> None:
    accusing = letter()
    sealed = Matter(category="tip_off", title="Money taken", content="The section chief took money.")
    with transaction():
        deciding.make_ticket(accusing, sealed, reason="", by=desk.operator, now=MONDAY)
    assert not rights.may_see(accusing, desk.operator)
    assert not rights.may_see(accusing, desk.leader)
    assert rights.may_see(accusing, somebody(Role.OVERSIGHT_OFFICER))
