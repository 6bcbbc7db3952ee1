"""A broken profile is refused whole, and the refusal names line, key and reason."""

from pathlib import Path

import pytest

from hotline.categories import profile_file
from hotline.categories.reader import ProfileRefusedError
from tests.hotline.categories.small import SMALL, changed, line_with


def refused(text: str) -> ProfileRefusedError:
    """Return the refusal of `text`."""
    with pytest.raises(ProfileRefusedError) as caught:
        profile_file.parse(text, file="broken.toml")
    return caught.value


def test_the_small_profile_is_whole() -> None:
    profile = profile_file.parse(SMALL, file="small.toml")
    assert list(profile.policies) == ["help", "suggestion"]


# what is broken, how, where the refusal points (a piece of the line), the key it names, part of the reason
BROKEN = {
    "an unknown key": (
        'contact = "required"',
        'contact = "required"\ncontakt = "asked"',
        "contakt",
        "category[help].contakt",
        "is not known here",
    ),
    "an unknown table": (
        "[letters]",
        "[letter_box]\nsize = 3\n\n[letters]",
        "[letter_box]",
        "letter_box",
        "not known",
    ),
    "a missing key": ("priority = 2\n", "", "[[category]]", "category[help]", "priority is missing"),
    "a missing table": ("[emergency]\nwords", "[import.extra]\nwords", "", "TOML", "[emergency] is missing"),
    "a negative limit": (
        '{ limit = "22 h", source = "S0 A1.10" }',
        '{ limit = "-22 h", source = "S0 A1.10" }',
        '"-22 h"',
        "category[help].limits.department.limit",
        "-22 h is not a time limit",
    ),
    "a limit without a unit": (
        '"10 wd"',
        '"10"',
        '"10"',
        "category[suggestion].limits.overall.limit",
        "10 is no",
    ),
    "a limit without a source": (
        '{ limit = "24 h", source = "S0 A1.8" }',
        '{ limit = "24 h" }',
        '{ limit = "24 h" }',
        "category[help].limits.overall",
        "source is missing",
    ),
    "a stage that does not exist": (
        "front_desk = {",
        "frontdesk = {",
        "frontdesk",
        "category[help].limits.frontdesk",
        "is not a stage",
    ),
    "a department given longer than the whole": (
        'limit = "22 h"',
        'limit = "25 h"',
        '"25 h"',
        "category[help].limits.department",
        "25 h is longer than the overall limit of 24 h",
    ),
    "a missing translation": (
        'names = { zh = "求助", en = "Help request" }',
        'names = { zh = "求助" }',
        'names = { zh = "求助" }',
        "category[help].names",
        "en is missing",
    ),
    "an empty translation in a list": (
        'zh = "媒体", en = "Media"',
        'zh = "媒体", en = " "',
        'en = " "',
        "code_list[requester_tag].items[media].en",
        "must be text and not empty",
    ),
    "a third language": (
        'greeting = { zh = "您好", en = "Good day" }',
        'greeting = { zh = "您好", en = "Good day", fr = "Bonjour" }',
        "Bonjour",
        "profile.greeting.fr",
        "is not known here",
    ),
    "a category that does not exist": (
        'without_contact = "suggestion"',
        'without_contact = "sugestion"',
        "sugestion",
        "category[help].without_contact",
        "sugestion is no category",
    ),
    "a channel that does not exist": (
        'channels = ["call", "visit"]',
        'channels = ["call", "pigeon"]',
        "pigeon",
        "category[help].channels",
        "pigeon is not one of: call, visit",
    ),
    "a role that does not exist": (
        'to = "oversight_officer"',
        'to = "boss"',
        "boss",
        "category[help].escalation[1].to",
        "boss is not one of: trainee",
    ),
    "an escalation of a stage without limit": (
        'stage = "overall"',
        'stage = "first_report"',
        'stage = "first_report"',
        "category[help].escalation[1].stage",
        "first_report has no limit",
    ),
    "a priority out of range": (
        "priority = 5",
        "priority = 9",
        "priority = 9",
        "category[suggestion].priority",
        "1 to 5",
    ),
    "a share over a hundred": (
        "share = 100",
        "share = 101",
        "share = 101",
        "category[help].callback.share",
        "0 to 100",
    ),
    "a callback of every ticket without a limit": (
        'callback = { limit = "1 wd", source = "P" }\n',
        "",
        "[category.callback]",
        "category[help].callback",
        "level 1 needs a limit",
    ),
    "a yes that is a word": (
        'contact = "optional"',
        'contact = "optional"\nshows_contact = "yes"',
        "shows_contact",
        "category[suggestion].shows_contact",
        "must be true or false",
    ),
    "a field its channels cannot ask for": (
        '["place", "demand"]',
        '["place", "envelope_number"]',
        "envelope_number",
        "category[help].required_fields",
        "no channel of this category can ask for envelope_number",
    ),
    "an opinion with a limit that is not there": (
        "{department}内",
        "{told}内",
        "{told}内",
        "category[help].opinions[2].zh",
        "told has no limit",
    ),
    "a department that does not exist": (
        'words = ["停水"]\ndepartment = "water"',
        'words = ["停水"]\ndepartment = "gas"',
        'department = "gas"',
        "route[words_water].department",
        "gas is no department",
    ),
    "a rule that asks for nothing": (
        'words = ["停水"]\n',
        "",
        "",
        "route[words_water]",
        "needs at least one of",
    ),
    "a class nobody routes": (
        'content_class = "01"\n',
        'content_class = "0101"\n',
        "[[route]]",
        "route",
        "no rule routes content class 01",
    ),
    "a rule for a class that does not exist": (
        'content_class = "01"\n',
        'content_class = "02"\n',
        'content_class = "02"',
        "route[class_01].content_class",
        "02 is no content class",
    ),
    "a class under the wrong parent": (
        'code = "010102"',
        'code = "020102"',
        "020102",
        "content_class[01].parts[0101].topics[020102].code",
        "must begin with 0101",
    ),
    "a code given twice": (
        'code = "media"',
        'code = "deputy"',
        'en = "Media"',
        "code_list[requester_tag].items[deputy].code",
        "the code deputy is given already",
    ),
    "a category given twice": (
        'code = "suggestion"',
        'code = "help"',
        "",
        "category[help].code",
        "the code help is given already",
    ),
    "a code with a space": (
        'code = "words_water"',
        'code = "words water"',
        "words water",
        "route[words water].code",
        "must be small letters",
    ),
    "a place longer than its column": (
        'words = ["停水"]\n',
        f'place = "{"区" * 101}"\n',
        "区区",
        "route[words_water].place",
        "must not be longer than 100",
    ),
    "a tag nobody can be given": (
        'must_call = ["deputy"]',
        'must_call = ["minister"]',
        "minister",
        "callback.must_call",
        "minister is not in the code list requester_tag",
    ),
    "a guess at nothing": (
        'category = "suggestion"\nwords',
        'category = "wish"\nwords',
        '"wish"',
        "import.guess[1].category",
        "wish is no category",
    ),
    "office hours in the wrong order": (
        'hours = ["09:00-12:00", "13:30-17:30"]',
        'hours = ["13:30-17:30", "09:00-12:00"]',
        "13:30",
        "profile.hours",
        "must be slots in order",
    ),
    "a zone that does not exist": (
        '"Asia/Shanghai"',
        '"Asia/Atlantis"',
        "Atlantis",
        "profile.zone",
        "Asia/Atlantis is not a time zone",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_profile_is_refused_with_line_key_and_reason(name: str) -> None:
    old, new, where, key, reason = BROKEN[name]
    text = changed(old, new)
    problems = refused(text).problems
    found = [problem for problem in problems if problem.key == key and reason in str(problem)]
    assert found, [str(problem) for problem in problems]
    if where:
        assert found[0].line == line_with(text, where)
        assert str(found[0]).startswith(f"line {found[0].line}, {key}: ")


def test_a_sealed_category_is_routed_and_only_to_departments_that_take_tip_offs() -> None:
    sealed = changed(
        'contact = "optional"',
        'contact = "optional"\nconfidentiality = "restricted"',
    )
    assert "no rule routes the category suggestion" in str(refused(sealed))
    to_water = sealed.replace('words = ["停水"]', 'category = "suggestion"')
    assert "suggestion may go only to a department that takes tip-offs" in str(refused(to_water))
    allowed = to_water.replace('code = "water"\n', 'code = "water"\ntakes_tip_offs = true\n')
    assert profile_file.parse(allowed, file="allowed.toml").departments[0].takes_tip_offs


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("priority = 2", "priority = ", "priority = "),
        ("[letters]", "[letters", "[letters"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai', 'zone = "Asia'),
        ("satisfied_from = 3", "satisfied_from = 3\nsatisfied_from = 4", "satisfied_from = 4"),
    ],
)
def test_a_syntax_error_names_its_line(old: str, new: str, line: str) -> None:
    text = changed(old, new)
    (problem,) = refused(text).problems
    assert problem.line == line_with(text, line)


def test_an_unexpected_end_names_the_last_line() -> None:
    text = SMALL.rstrip().removesuffix("]")
    (problem,) = refused(text).problems
    assert problem.line == text.count("\n") + 1


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = SMALL
    for old, new in (("priority = 2", "priority = 0"), ("levels = 5", "levels = 4"), ('"停水"]', '""]')):
        text = text.replace(old, new)
    problems = refused(text).problems
    assert [problem.key for problem in problems] == [
        "satisfaction.levels",
        "category[help].priority",
        "route[words_water].words",
    ]


def test_no_more_than_twenty_problems_are_told() -> None:
    unknown = "".join(f"unknown_{number} = 1\n" for number in range(30))
    error = refused(unknown + SMALL)
    assert len(error.problems) == 20
    assert str(error).endswith("; and 10 more")


def test_brackets_inside_texts_over_many_lines_do_not_hide_what_is_wrong() -> None:
    text = changed(
        '{ zh = "请尽快联系来电人。", en = "Contact the caller." },',
        '{ zh = """请[尽快\n联系 { 来电人。""", en = "Contact the caller." },',
    ).replace("priority = 5", "priority = 6")
    problem = next(one for one in refused(text).problems if one.key == "category[suggestion].priority")
    assert "1 to 5" in str(problem)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefusedError, match=r"absent\.toml"):
        profile_file.read(tmp_path / "absent.toml")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes("# 热线".encode("gbk"))
    with pytest.raises(ProfileRefusedError, match="UTF-8"):
        profile_file.read(path)
