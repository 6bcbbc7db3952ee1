"""What a profile says about letters, and what holds where it was loaded before it could say so."""

import pytest

from hotline.categories import profile_file
from hotline.categories.letter_terms import LetterRoute
from hotline.categories.reader import ProfileRefusedError
from hotline.people.roles import Role
from tests.hotline.categories.small import SMALL

TEMPLATE = """
[[letters.template]]
code = "thanks"
names = { zh = "致谢", en = "Thanks" }
subject = { zh = "致谢", en = "Thanks" }
text = { zh = "您好{sender}", en = "Dear {sender}" }
"""


def test_a_profile_that_says_nothing_keeps_the_ways_of_the_sources() -> None:
    terms = profile_file.parse(SMALL, file="small.toml").desk.letters
    assert terms.route("service_matter") is LetterRoute.ORDER
    assert terms.route("complaint") is LetterRoute.DECIDE
    assert terms.route("praise") is LetterRoute.POST
    assert terms.route("other_business") is LetterRoute.HAND_OVER
    assert terms.route("unheard_of") is LetterRoute.DECIDE
    assert terms.templates == ()
    assert terms.state_secrets == {"top_secret", "secret", "confidential"}
    assert Role.TRAINEE not in terms.decided_by


@pytest.mark.parametrize("name", ["gov_hotline", "property"])
def test_the_shipped_profiles_have_templates_that_can_be_filled(name: str) -> None:
    terms = profile_file.read(name).desk.letters
    assert [one.code for one in terms.templates if one.is_answer] == ["result"]
    assert {one.code for one in terms.templates} == {"result", "accepted", "thanks", "discrepancy"}
    numbers = {terms.reply_number % {"year": "2026", "serial": serial} for serial in (1, 11, 111)}
    assert len(numbers) == 3


def test_an_unknown_blank_is_refused() -> None:
    assert profile_file.parse(SMALL + TEMPLATE, file="small.toml").desk.letters.templates
    with pytest.raises(ProfileRefusedError, match="nobody"):
        profile_file.parse(SMALL + TEMPLATE.replace("{sender}", "{nobody}"), file="small.toml")


@pytest.mark.parametrize("number", ["R%(year)s", "R%(serial)s", "R%(day)s", "%"])
def test_a_number_that_would_repeat_is_refused(number: str) -> None:
    changed = SMALL.replace("[letters]", f'[letters]\nreply_number = "{number}"')
    with pytest.raises(ProfileRefusedError, match="reply_number"):
        profile_file.parse(changed, file="small.toml")
