"""Figures as a supervisor reads them: each leads to its matters, filters stand in the address."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from hotline.db import utc_now
from tests.browser.conftest import Browse
from tests.browser.desk import last_month
from tests.browser.steps import box, button, soon
from tests.browser.words import zh

MANAGER = "1401"
DAYS = 60


COUNTED = {"zh": "历史数据统计于", "en": "Earlier days were last counted"}
BEING_COUNTED = {"zh": "正在重新统计", "en": "are being counted"}
"""What stands above the figures while the clock counts days that changed."""


def callbacks_of_two_months(page: Page, language: str = "zh") -> Locator:
    """Open the callback figures of the demonstration's time; return the links under its figures."""
    today = utc_now().date()
    first = today - dt.timedelta(days=DAYS)
    page.goto(f"/statistics/callbacks?span=range&from={first}&to={today}")
    above = page.locator("main", has_text=COUNTED[language])
    soon(page, above.filter(has_not_text=BEING_COUNTED[language]))
    return page.locator("main table td.number a")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_callback_figure_leads_to_the_matters_it_counts(browse: Browse, language: str) -> None:
    page = browse(MANAGER, language)
    links = callbacks_of_two_months(page, language)
    counted = int((links.first.text_content() or "0").replace(",", ""))
    assert counted > 0
    links.first.click()
    expect(page.locator("main tbody tr")).to_have_count(counted)


def test_filters_stand_in_the_address_and_narrow_the_figures(browse: Browse) -> None:
    page = browse(MANAGER)
    links = callbacks_of_two_months(page)
    all_of_them = int((links.first.text_content() or "0").replace(",", ""))
    page.get_by_label(zh("Category"), exact=True).select_option(label="投诉")
    expect(page).to_have_url(re.compile(r"category=complaint"))
    address = page.url
    narrowed = page.locator("main table td.number a").first
    expect(narrowed).to_be_visible()
    complaints = int((narrowed.text_content() or "0").replace(",", ""))
    assert 0 < complaints < all_of_them
    again = browse(MANAGER)
    again.goto(address)
    expect(again.locator("main table td.number a").first).to_have_text(str(complaints))


def test_a_month_is_put_into_words_and_printed(browse: Browse) -> None:
    month = f"{last_month(utc_now()):%Y-%m}"
    page = browse(MANAGER)
    page.goto(f"/statistics/months/{month}")
    box(page, "Summary").fill("来电平稳，供水类诉求较多。")
    button(page, "Save the words").click()
    expect(box(page, "Summary")).to_have_value("来电平稳，供水类诉求较多。")
    page.goto(f"/statistics/months/{month}?print=1")
    expect(page.locator("body")).to_contain_text("来电平稳，供水类诉求较多。")
    english = browse(MANAGER, "en")
    english.goto(f"/statistics/months/{month}")
    expect(english.get_by_role("heading", name="Figures as reported")).to_be_visible()
    expect(english.locator("figure.chart")).to_have_count(1)
