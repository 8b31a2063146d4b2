"""The HTML report in a real browser: it draws, filters, opens, obeys the keyboard, and lets nothing an article says run."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from timeline.views.report import report

pytestmark = pytest.mark.browser

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=document.title="owned">'
ARABIC = "انسحب المقاتلون من المدينة القديمة يوم الأربعاء"


def event(number, summary, start, days=1, **other):
    start = datetime.fromisoformat(start)
    row = {
        "event_id": f"e{number}", "summary": summary, "status": "happened", "time_start": start, "time_end": start + timedelta(days=days),
        "extent": "within", "granularity": "day" if days == 1 else "year", "value": None, "span_start": start,
        "span_end": start + timedelta(days=days), "place": "Homs", "country": "SY", "participants": [{"name": "rebels", "role": "agent", "mentions": 1}],
        "places": [{"name": "Homs", "country": "SY"}], "mention_count": 1, "article_count": 1, "source_count": 1, "importance": 0.5,
        "confidence": 0.9, "date_basis": "full_date", "date_conflicts": [], "number_conflicts": [],
    }  # fmt: skip
    return row | other


def timeline_of(rows):
    mentions = [
        {"event_id": row["event_id"], "article_id": f"a{i % 3}", "sentence": f"As told: {row['summary']}"}
        for i, row in enumerate(rows)
    ]
    urls = ["https://harbor-post.example/1", "javascript:document.title='owned'", None]
    articles = [
        {
            "article_id": f"a{i}",
            "title": HOSTILE if i == 0 else f"Title {i}",
            "url": urls[i],
            "source": "harbor-post.example",
            "published_date": date(2014, 5, 7),
        }
        for i in range(3)
    ]
    return SimpleNamespace(events=pd.DataFrame(rows), mentions=pd.DataFrame(mentions), articles=pd.DataFrame(articles))


ROWS = [
    event(0, "Rebels began leaving the old city.", "2014-05-07", importance=0.9, source_count=4),
    event(1, "Presidential elections are to be held.", "2014-06-03", status="planned"),
    event(2, HOSTILE, "2014-05-08"),
    event(3, ARABIC, "2014-05-09"),
    event(4, "Protests first broke out.", "2011-01-01", days=365),
    *[event(10 + i, f"Day {i} of the talks.", f"2014-05-{10 + i:02d}") for i in range(15)],
]


@pytest.fixture
def page(chromium, tmp_path):
    def show(rows):
        path = tmp_path / "timeline.html"
        path.write_text(report(timeline_of(rows), "A test <b>timeline</b>"), encoding="utf-8")
        chromium.get(path.as_uri())
        wait(chromium, "return document.documentElement.dataset.ready === 'yes'")
        return chromium

    return show


def wait(browser, script, seconds=20):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, poll_frequency=0.05).until(lambda b: b.execute_script(script))


def shown(browser):
    return browser.find_element("id", "shown").text


def summaries(browser):
    return [node.text for node in browser.find_elements("css selector", "#rows summary")]


def severe(browser):
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def test_the_page_carries_everything_and_fetches_nothing():
    page = report(timeline_of(ROWS), "T")
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", page)


def test_nothing_that_an_article_says_runs(page):
    browser = page(ROWS)
    browser.find_element("id", "all").click()
    for summary in browser.find_elements("css selector", "#rows summary"):
        summary.click()
    assert browser.title == "A test <b>timeline</b>"
    assert browser.find_elements("css selector", "main img, main script, main b") == []
    links = [a.get_attribute("href") for a in browser.find_elements("css selector", "#rows a")]
    assert links
    assert all(link.startswith("https://") for link in links)
    assert severe(browser) == []


def test_the_filter_narrows_to_words_names_and_status(page):
    from selenium.webdriver.common.by import By

    browser = page(ROWS)
    browser.find_element("id", "all").click()
    wait(browser, "return document.getElementById('shown').textContent.startsWith('20 of 20')")
    box = browser.find_element(By.ID, "filter")
    box.send_keys("rebels leaving")
    wait(browser, "return document.getElementById('shown').textContent.startsWith('1 of 20')")
    assert summaries(browser) == ["Rebels began leaving the old city."]
    box.clear()
    box.send_keys("zzz")
    wait(browser, "return document.getElementById('shown').textContent.startsWith('0 of 20')")
    box.clear()
    box.send_keys(" ")
    for status in ("happened", "ongoing", "possible", "denied"):
        browser.find_element(By.CSS_SELECTOR, f"#statuses input[value={status}]").click()
    wait(browser, "return document.getElementById('shown').textContent.startsWith('1 of 20')")
    assert summaries(browser) == ["Presidential elections are to be held."]


def test_a_stretch_lists_wider_events_apart(page):
    browser = page(ROWS)
    browser.find_element("id", "from").send_keys("2011-03")
    browser.find_element("id", "to").send_keys("2011-03")
    wait(browser, "return !document.getElementById('wide').hidden")
    assert summaries(browser) == []
    assert [node.text for node in browser.find_elements("css selector", "#widerows summary")] == ["Protests first broke out."]


def test_the_keyboard_is_enough(page):
    from selenium.webdriver.common.keys import Keys

    browser = page(ROWS)
    axis = browser.find_element("id", "axis")
    axis.send_keys(Keys.HOME)
    wait(browser, "return document.getElementById('shown').textContent.startsWith('20 of 20')")
    everything = shown(browser)
    axis.send_keys("+")
    axis.send_keys("+")
    wait(browser, f"return document.getElementById('shown').textContent !== {everything!r}")
    axis.send_keys(Keys.HOME)
    wait(browser, f"return document.getElementById('shown').textContent === {everything!r}")
    axis.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "table"
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.tag_name == "summary"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait(browser, "return document.querySelector('#rows details').open")
    assert "As told:" in browser.find_element("css selector", "#rows details").text


def test_right_to_left_text_stands_right_to_left(page):
    browser = page([event(3, ARABIC, "2014-05-09")])
    summary = browser.find_element("css selector", "#rows summary")
    assert summary.text == ARABIC
    assert browser.execute_script("return getComputedStyle(arguments[0]).direction", summary) == "rtl"


def test_the_axis_draws_something(page):
    browser = page(ROWS)
    drawn = browser.execute_script(
        "const c = document.querySelector('#axis canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n;"
    )
    assert drawn > 500


@pytest.mark.slow
def test_tens_of_thousands_of_events_open_and_page(page):
    start = datetime(2014, 1, 1)
    rows = [event(i, f"Event number {i}.", (start + timedelta(days=i % 700)).isoformat()) for i in range(20_000)]
    browser = page(rows)
    browser.find_element("id", "all").click()
    wait(browser, "return document.getElementById('shown').textContent.startsWith('20,000 of 20,000')")
    assert len(browser.find_elements("css selector", "#rows tr")) == 100
    browser.find_element("id", "next").click()
    assert browser.find_element("id", "page").text == "2 of 200"
    assert severe(browser) == []


def test_an_empty_timeline_is_a_page_all_the_same(page):
    rows = pd.DataFrame(ROWS).iloc[:0]
    empty = timeline_of(ROWS)
    empty.events, empty.mentions = rows, empty.mentions.iloc[:0]
    assert "0 events" in report(empty)
