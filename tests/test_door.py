"""The one door to dateparser: what a date string says, nothing that it does not, whatever the clock."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.language.door import ParsedDate, parse_date

BASE = datetime(2014, 5, 7)

CASES = [
    # what, language, order of numbers, then the parts expected: day of the calendar, clock, offset, counted from the base?
    ("May 2023", "en", None, 2023, 5, None, None, None, False),
    ("3 May", "en", None, None, 5, 3, None, None, False),
    ("29 February", "en", None, None, 2, 29, None, None, False),
    ("2014", "en", None, 2014, None, None, None, None, False),
    ("Wed, 7 May 2014 10:20:30 GMT", "en", None, 2014, 5, 7, (10, 20), 0, False),
    ("2014-05-07T10:20:30+02:00", "en", None, 2014, 5, 7, (10, 20), 120, False),
    ("May 7, 2014, 10:04 AM EDT", "en", None, 2014, 5, 7, (10, 4), -240, False),
    ("5/6/2014", "en", None, 2014, 5, 6, None, None, False),
    ("5/6/2014", "en", "dmy", 2014, 6, 5, None, None, False),
    ("5/6/2014", "de", None, 2014, 6, 5, None, None, False),
    ("yesterday", "en", None, 2014, 5, 6, None, None, True),
    ("10:30", "en", None, 2014, 5, 7, (10, 30), None, True),
    ("last month", "en", None, 2014, 4, None, None, None, True),
    ("7. Mai 2014, 10:30 Uhr", "de", None, 2014, 5, 7, (10, 30), None, False),
    ("vor 3 Tagen", "de-AT", None, 2014, 5, 4, None, None, True),
    ("١٢ مايو ٢٠١٤", "ar", None, 2014, 5, 12, None, None, False),
    ("2014年5月7日", "zh", None, 2014, 5, 7, None, None, False),
    ("7 mai 2014 à 10h30", "fr_CA", None, 2014, 5, 7, (10, 30), None, False),
    ("3 mai 2014", "xx", None, None, None, None, None, None, None),
    ("1500000000", "en", None, None, None, None, None, None, None),
    ("We", "fr", None, None, None, None, None, None, None),
    ("", "en", None, None, None, None, None, None, None),
    ("no date at all", "en", None, None, None, None, None, None, None),
]


@pytest.mark.parametrize(
    ("text", "lang", "order", "year", "month", "day", "clock", "offset", "relative"), CASES, ids=lambda v: str(v)[:30]
)
def test_parts(text, lang, order, year, month, day, clock, offset, relative) -> None:
    answer = parse_date(text, lang, BASE, order)
    if relative is None:
        assert answer is None
        return
    assert answer is not None
    found = (answer.year, answer.month, answer.day, answer.offset_min, answer.relative)
    assert found == (year, month, day, offset, relative)
    assert (None if answer.hour is None else (answer.hour, answer.minute)) == clock


def test_without_a_base_relative_words_say_nothing() -> None:
    assert parse_date("yesterday", "en") is None
    assert parse_date("3 days ago", ["en"]) is None
    assert parse_date("7 May 2014", ["de", "en"]) == ParsedDate(2014, 5, 7, None, None, None, None, "day", None, False)


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=30)
    | st.from_regex(r"(in )?\d{1,12} (years?|days) ?(ago)?|\d{1,4}[-/.]\d{1,4}[-/.]\d{1,4} ?\d{0,3}:?\d{0,3}", fullmatch=True)
)
def test_never_raises(text: str) -> None:
    answer = parse_date(text, ["en", "de", "ar"], BASE)
    assert answer is None or isinstance(answer, ParsedDate)


SCRIPT = """
import sys, time, datetime as dt
real = dt.datetime
class Fake(real):
    @classmethod
    def now(cls, tz=None):
        return cls(int(sys.argv[1]), 3, 31, 23, 59, tzinfo=tz)
    utcnow = today = now
dt.datetime = Fake
from timeline.language.door import parse_date
base = real(2014, 5, 7)
for text in ["3 May", "May", "Friday", "yesterday", "2 weeks ago", "10:30", "May 7, 2014, 10:04 AM EDT", "2014", "in 3 months", "29 February"]:
    print(parse_date(text, "en", base), parse_date(text, "en"))
for text in ["3. Mai", "Mai", "gestern", "vor 2 Wochen", "10:30 Uhr"]:
    print(parse_date(text, "de", base), parse_date(text, "de"))
"""


def test_the_answer_does_not_depend_on_the_clock_or_the_time_zone() -> None:
    answers = set()
    for year, zone in (("1999", "UTC"), ("2031", "Asia/Tokyo"), ("2024", "America/New_York")):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, year],
            capture_output=True,
            text=True,
            env={"TZ": zone, "PYTHONPATH": ":".join(sys.path)},
            check=True,
        )
        answers.add(run.stdout)
    assert len(answers) == 1


def test_importing_the_language_room_does_not_import_dateparser() -> None:
    code = "import sys, timeline.language, timeline.language.door; print('dateparser' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
