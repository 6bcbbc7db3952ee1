"""The profiles that come with the service say what the rules say, number by number."""

import pytest

from hotline.categories import profile_file
from hotline.categories.channels import Channel, IntakeField
from hotline.categories.policy import Policy
from hotline.categories.profile_parts import ProfileFile
from hotline.categories.terms import (
    Answering,
    CallbackKind,
    ClosingNeed,
    Confidentiality,
    ContactNeed,
    Dispatching,
    RunsFrom,
    Stage,
    Urgency,
)
from hotline.people.roles import Role

# category: (priority, {stage: (limit, runs from, source tag)}, (callback share, level, only with consent))
GOV: dict[str, tuple[int, dict[str, tuple[str, str, str]], tuple[int, int, bool] | None]] = {
    "consultation": (
        4,
        {
            "front_desk": ("4 h", "received", "S"),
            "department": ("44 h", "dispatched", "S"),
            "overall": ("48 h", "received", "S"),
        },
        (10, 2, False),
    ),
    "help": (
        2,
        {
            "front_desk": ("2 h", "received", "I"),
            "department": ("22 h", "dispatched", "S"),
            "overall": ("24 h", "received", "S"),
            "callback": ("1 wd", "closed", "O"),
        },
        (100, 1, False),
    ),
    "emergency": (
        1,
        {
            "front_desk": ("10 min", "received", "P"),
            "acknowledge": ("30 min", "dispatched", "O"),
            "first_report": ("2 h", "dispatched", "O"),
            "overall": ("24 h", "received", "O"),
            "callback": ("1 wd", "closed", "O"),
        },
        (100, 1, False),
    ),
    "complaint": (
        3,
        {
            "front_desk": ("4 h", "received", "P"),
            "contact_caller": ("1 wd", "dispatched", "P"),
            "department": ("5 wd", "dispatched", "O"),
            "overall": ("5 wd", "received", "O"),
            "callback": ("7 nd", "closed", "S"),
        },
        (100, 1, False),
    ),
    "tip_off": (
        2,
        {
            "front_desk": ("4 h", "received", "P"),
            "department": ("10 wd", "dispatched", "P"),
            "overall": ("10 wd", "received", "P"),
            "callback": ("1 wd", "closed", "O"),
        },
        (100, 1, True),
    ),
    "suggestion": (
        5,
        {
            "front_desk": ("1 wd", "received", "P"),
            "department": ("10 wd", "dispatched", "P"),
            "overall": ("10 wd", "received", "P"),
        },
        (10, 2, False),
    ),
    "praise": (5, {"front_desk": ("1 wd", "received", "P")}, None),
    "official_doc": (
        3,
        {
            "front_desk": ("0 wd", "received", "S"),
            "instruction": ("2 wd", "proposed", "S"),
            "delivery": ("1 wd", "instructed", "S"),
            "department": ("5 wd", "dispatched", "S"),
            "overall": ("7 nd", "received", "S"),
        },
        None,
    ),
    "petition_visit": (
        2,
        {
            "told": ("15 nd", "received", "O"),
            "department": ("60 nd", "accepted", "O"),
            "overall": ("60 nd", "accepted", "O"),
        },
        None,
    ),
    "message": (5, {"relay": ("0 wd", "received", "P")}, None),
    "front_desk_service": (5, {}, None),
    "redirect": (5, {}, None),
}

PROPERTY: dict[str, tuple[int, dict[str, tuple[str, str, str]], tuple[int, int, bool] | None]] = {
    "repair": (
        3,
        {
            "front_desk": ("10 min", "received", "P"),
            "department": ("24 h", "dispatched", "O"),
            "overall": ("48 h", "received", "P"),
            "callback": ("7 nd", "closed", "O"),
        },
        (30, 1, False),
    ),
    "complaint": (
        3,
        {
            "front_desk": ("20 min", "received", "O"),
            "contact_caller": ("24 h", "dispatched", "O"),
            "department": ("5 wd", "dispatched", "O"),
            "overall": ("5 wd", "received", "O"),
            "callback": ("7 nd", "closed", "S"),
        },
        (100, 1, False),
    ),
    "paid_service": (
        4,
        {"front_desk": ("30 min", "received", "P"), "callback": ("7 nd", "closed", "O")},
        (30, 1, False),
    ),
    "consultation": (
        4,
        {
            "front_desk": ("4 h", "received", "P"),
            "department": ("44 h", "dispatched", "P"),
            "overall": ("48 h", "received", "P"),
        },
        (10, 2, False),
    ),
    "emergency": GOV["emergency"],
    "suggestion": GOV["suggestion"],
    "praise": GOV["praise"],
    "message": GOV["message"],
    "front_desk_service": GOV["front_desk_service"],
    "redirect": GOV["redirect"],
}

# category: (answering, dispatching, contact, without contact, confidentiality, opens a ticket, fields)
CONDUCT = {
    "consultation": ("from_knowledge", "by_rule", "when_reply_owed", None, "normal", True, "topic"),
    "help": (
        "never",
        "after_review",
        "required",
        "suggestion",
        "normal",
        True,
        "requester_name place demand",
    ),
    "emergency": ("never", "by_rule", "asked", None, "normal", True, "place demand danger"),
    "complaint": ("never", "by_rule", "asked", None, "contact_hidden", True, "object facts demand"),
    "tip_off": (
        "never",
        "after_review",
        "optional",
        None,
        "restricted",
        True,
        "suspect facts happened caller_wish",
    ),
    "suggestion": ("never", "by_rule", "optional", None, "normal", True, ""),
    "praise": ("never", "none", "optional", None, "normal", True, "praised deed"),
    "official_doc": ("never", "none", "optional", None, "normal", True, ""),
    "petition_visit": (
        "never",
        "after_review",
        "optional",
        None,
        "normal",
        True,
        "requester_name address id_type id_number visitors purpose content_class place summary",
    ),
    "message": ("never", "none", "required", None, "normal", False, "for_whom from_whom callback_number"),
    "front_desk_service": ("never", "none", "optional", None, "normal", False, ""),
    "redirect": ("never", "none", "optional", None, "normal", False, "told_route"),
}

GOV_FILE = profile_file.read("gov_hotline")
PROPERTY_FILE = profile_file.read("property")


def spoken(policy: Policy) -> tuple[int, dict[str, tuple[str, str, str]], tuple[int, int, bool] | None]:
    """Return a policy's numbers as the tables above write them."""
    limits = {
        stage.value: (str(one.limit), one.runs_from.value, one.source[0])
        for stage, one in policy.limits.items()
    }
    rule = policy.callback
    return policy.priority, limits, (rule.share, rule.level, rule.only_with_consent) if rule else None


@pytest.mark.parametrize(
    ("profile", "expected"), [(GOV_FILE, GOV), (PROPERTY_FILE, PROPERTY)], ids=["gov_hotline", "property"]
)
def test_every_number_is_the_rules(
    profile: ProfileFile,
    expected: dict[str, tuple[int, dict[str, tuple[str, str, str]], tuple[int, int, bool] | None]],
) -> None:
    assert {code: spoken(policy) for code, policy in profile.policies.items()} == expected


@pytest.mark.parametrize("code", CONDUCT)
def test_every_category_is_handled_as_the_rules_say(code: str) -> None:
    policy = GOV_FILE.policies[code]
    answering, dispatching, contact, without_contact, confidentiality, opens, fields = CONDUCT[code]
    assert policy.answering is Answering(answering)
    assert policy.dispatching is Dispatching(dispatching)
    assert policy.contact is ContactNeed(contact)
    assert policy.without_contact == without_contact
    assert policy.confidentiality is Confidentiality(confidentiality)
    assert policy.opens_ticket is opens
    assert policy.required_fields == {IntakeField(field) for field in fields.split()}
    assert policy.waiting_stops_clock is False


def test_the_shift_leader_writes_three_opinions_with_the_limit_in_words() -> None:
    opinions = GOV_FILE.policies["help"].opinions
    assert len(opinions) == 3
    assert "22小时" in opinions[1]["zh"]
    assert "22 hours" in opinions[1]["en"]
    assert not any("{" in text for opinion in opinions for text in opinion.values())


def test_only_help_asks_for_opinions() -> None:
    asking = [code for code, policy in GOV_FILE.policies.items() if policy.opinions]
    assert asking == ["help"]


def test_returns_and_extensions_are_as_the_rules_say() -> None:
    complaint = GOV_FILE.policies["complaint"]
    assert complaint.returning is not None
    assert str(complaint.returning.limit) == "1 wd"
    assert complaint.returning.silence_means_accepted
    assert complaint.returning.forced_has_no_return
    assert complaint.extension is not None
    assert (complaint.extension.max_count, str(complaint.extension.limit)) == (1, "5 wd")
    petition = GOV_FILE.policies["petition_visit"].extension
    assert petition is not None
    assert (petition.max_count, str(petition.limit)) == (1, "30 nd")
    assert petition.approved_by is Role.DEPARTMENT_HEAD
    assert GOV_FILE.policies["help"].extension is None


def test_an_urgent_repair_has_somebody_on_site_first() -> None:
    repair = PROPERTY_FILE.policies["repair"]
    urgent = repair.under(urgency=Urgency.URGENT)
    assert {stage.value: str(one.limit) for stage, one in urgent.limits.items()} == {
        "front_desk": "10 min",
        "overall": "24 h",
        "callback": "7 nd",
        "on_site": "30 min",
    }
    assert [repair.under(urgency=urgency).priority for urgency in Urgency] == [3, 2, 1]
    assert urgent.callback is not None
    assert urgent.callback.share == 100
    assert repair.under() == repair


def test_an_anonymous_suggestion_is_owed_no_reply_and_no_callback() -> None:
    anonymous = GOV_FILE.policies["suggestion"].under(has_contact=False)
    assert Stage.OVERALL not in anonymous.limits
    assert anonymous.callback is not None
    assert anonymous.callback.share == 0


def test_an_anonymous_complaint_is_still_handled_in_time_but_nobody_is_called() -> None:
    anonymous = GOV_FILE.policies["complaint"].under(has_contact=False)
    assert str(anonymous.limit(Stage.DEPARTMENT)) == "5 wd"
    assert anonymous.limit(Stage.CONTACT_CALLER) is None
    assert anonymous.limit(Stage.CALLBACK) is None


@pytest.mark.parametrize(
    ("kind", "overall"), [("letter", "15 wd"), ("request", "15 wd"), ("notice", "7 nd"), (None, "7 nd")]
)
def test_letters_and_requests_are_owed_a_reply_in_fifteen_working_days(
    kind: str | None, overall: str
) -> None:
    document = GOV_FILE.policies["official_doc"].under(kind=kind)
    assert str(document.limit(Stage.OVERALL)) == overall


def test_a_collective_visit_goes_first_and_leaders_hear_of_it() -> None:
    visit = GOV_FILE.policies["petition_visit"]
    collective = visit.under(is_collective=True)
    assert (visit.priority, collective.priority) == (2, 1)
    assert visit.told_at_intake == ()
    assert Role.SERVICE_MANAGER in collective.told_at_intake


def test_an_accusation_is_sealed() -> None:
    visit = GOV_FILE.policies["petition_visit"]
    assert visit.under(kind="accuse").confidentiality is Confidentiality.RESTRICTED
    assert visit.under(kind="suggest").confidentiality is Confidentiality.NORMAL


def test_a_praise_letter_needs_both_postings_and_a_praising_call_neither() -> None:
    praise = GOV_FILE.policies["praise"]
    assert praise.closing_needs(Channel.LETTER) == (ClosingNeed.ORIGINAL_POSTED, ClosingNeed.COPY_POSTED)
    assert praise.closing_needs(Channel.CALL) == ()


def test_a_document_is_registered_with_all_that_its_envelope_says() -> None:
    document = GOV_FILE.policies["official_doc"]
    assert document.required(Channel.OFFICIAL_DOC) == {
        IntakeField.SENDER,
        IntakeField.SENDER_DOC_NUMBER,
        IntakeField.SECRECY_LEVEL,
        IntakeField.COPIES,
        IntakeField.RECEIVED_ON,
        IntakeField.ENVELOPE_NUMBER,
    }
    assert IntakeField.ENVELOPE_NUMBER not in document.required(Channel.FAX)


def test_an_emergency_unacknowledged_goes_to_the_leader_at_once() -> None:
    steps = GOV_FILE.policies["emergency"].escalations
    told = {step.to for step in steps if step.stage is Stage.ACKNOWLEDGE and step.after is None}
    assert Role.SERVICE_MANAGER in told


def test_only_an_authorised_person_calls_back_after_a_tip_off() -> None:
    rule = GOV_FILE.policies["tip_off"].callback
    assert rule is not None
    assert rule.kind is CallbackKind.RESTRICTED
    assert rule.by_role is not Role.CALLBACK_AGENT


def test_the_petition_runs_from_acceptance() -> None:
    assert GOV_FILE.policies["petition_visit"].limits[Stage.OVERALL].runs_from is RunsFrom.ACCEPTED


LIST_LENGTHS = {
    "id_type": 7,
    "occupation": 17,
    "purpose": 5,
    "cause": 8,
    "hot_issue": 10,
    "letter_class": 6,
    "document_type": 7,
    "callback_mode": 9,
    "secrecy_level": 5,
}


def test_the_code_lists_are_complete() -> None:
    lengths = {one.code: len(one.items) for one in GOV_FILE.code_lists}
    assert {code: lengths[code] for code in LIST_LENGTHS} == LIST_LENGTHS


def test_political_identities_have_their_levels() -> None:
    found = next(one for one in GOV_FILE.code_lists if one.code == "political_identity")
    children = {
        item.code: sum(other.parent == item.code for other in found.items)
        for item in found.items
        if item.parent is None
    }
    assert children == {
        "party_delegate": 4,
        "npc_deputy": 4,
        "cppcc_member": 4,
        "democratic_party": 8,
        "other": 6,
    }


def test_every_decline_reason_comes_with_a_route_to_tell() -> None:
    for profile in (GOV_FILE, PROPERTY_FILE):
        found = next(one for one in profile.code_lists if one.code == "decline_reason")
        assert all(item.note for item in found.items)


def test_emergency_numbers_are_there_to_be_dialled() -> None:
    found = next(one for one in GOV_FILE.code_lists if one.code == "redirect_target")
    assert {"110", "119", "120", "122", "114"} <= {item.phone for item in found.items}


def test_the_classification_has_fifteen_classes_and_three_levels() -> None:
    counts = [sum(one.level == level for one in GOV_FILE.content_classes) for level in (1, 2, 3)]
    assert counts == [15, 102, 324]


def test_classes_below_one_another_have_different_names() -> None:
    for profile in (GOV_FILE, PROPERTY_FILE):
        named = [(one.parent, one.names["zh"]) for one in profile.content_classes]
        assert len(named) == len(set(named))


def test_no_code_means_one_class_in_one_profile_and_another_in_the_other() -> None:
    gov, estate = ({one.code for one in file.content_classes} for file in (GOV_FILE, PROPERTY_FILE))
    assert not gov & estate


@pytest.mark.parametrize(
    ("title", "text", "category"),
    [
        ("咨询公积金提取", "", "consultation"),
        ("请问落户需要什么材料", "", "consultation"),
        ("建议在路口加装护栏", "请问这里为什么没有护栏", "suggestion"),
        ("感谢信", "特此感谢", "praise"),
        ("小区夜间施工扰民", "天天如此", "complaint"),
        ("公交线路", "想了解首末班时间", "consultation"),
    ],
)
def test_a_row_without_category_is_guessed_from_its_words(title: str, text: str, category: str) -> None:
    assert GOV_FILE.desk.guess_category(title, text) == category


def test_a_guess_never_seals_a_matter_nor_calls_it_an_emergency() -> None:
    for profile in (GOV_FILE, PROPERTY_FILE):
        assert not {guess.category for guess in profile.desk.guesses} & {"tip_off", "emergency"}


def test_words_hint_at_an_emergency() -> None:
    assert GOV_FILE.desk.hints_of_emergency("楼下大量燃气泄漏，有老人被困") == (
        "大量燃气泄漏",
        "燃气泄漏",
        "被困",
    )
    assert GOV_FILE.desk.hints_of_emergency("路灯不亮") == ()


def test_targets_and_callback_terms_are_the_rules() -> None:
    for profile in (GOV_FILE, PROPERTY_FILE):
        desk = profile.desk
        assert dict(desk.callbacks.level_shares) == {1: 100, 2: 10, 3: 5}
        assert desk.callbacks.least_attempts == 3
        assert (desk.targets.handling_rate, desk.targets.quick_finish_share) == (90, 80)
        assert (desk.targets.quick_finish_seconds, desk.targets.most_rings) == (120, 3)
        assert desk.hours.written() == ["09:00-12:00", "13:30-17:30"]
        assert "%(number)s" in desk.greeting["zh"]
