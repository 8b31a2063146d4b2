"""Dates in words: as fine as they are known and no finer."""

from datetime import datetime

import pytest

from timeline.views.when import when


def at(text):
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("start", "end", "granularity", "extent", "value", "words"),
    [
        ("2014-05-07", "2014-05-08", "day", "within", "2014-05-07", "7 May 2014"),
        ("2014-05-07T10:00", "2014-05-07T10:01", "minute", None, "2014-05-07T10:00", "7 May 2014, 10:00"),
        ("2014-05-07T18:00", "2014-05-08", "part_of_day", None, "2014-05-07TEV", "7 May 2014, evening"),
        ("2014-02-01", "2014-03-01", "month", "within", "2014-02", "Feb 2014"),
        ("2011-01-01", "2012-01-01", "year", "within", "2011", "2011"),
        ("2011-01-01", "2012-01-01", "year", "throughout", "2011", "throughout 2011"),
        ("2011-01-01", None, "year", "from", "2011", "since 2011"),
        (None, "2014-06-01", "month", "before", None, "before May 2014"),
        (None, "2014-06-04", "day", "until", None, "until 3 Jun 2014"),
        ("2014-03-03", "2014-03-06", "day", None, None, "3 to 5 Mar 2014"),
        ("2014-03-30", "2014-04-03", "day", None, None, "30 Mar to 2 Apr 2014"),
        ("2013-12-30", "2014-01-03", "day", None, None, "30 Dec 2013 to 2 Jan 2014"),
        ("2003-01-01", "2012-01-01", "year", None, None, "2003 to 2011"),
        ("2014-04-01", "2014-07-01", "quarter", None, "2014-Q2", "Q2 2014"),
        ("2014-07-01", "2015-01-01", "half", None, "2014-H2", "second half of 2014"),
        ("2014-06-01", "2014-09-01", "season", None, "2014-SU", "summer 2014"),
        ("2014-05-05", "2014-05-12", "week", None, "2014-W19", "week of 5 May 2014"),
        ("1990-01-01", "2000-01-01", "decade", None, "199", "1990s"),
        ("1900-01-01", "2000-01-01", "century", None, "19", "20th century"),
        ("1066-10-14", "1066-10-15", "day", None, "1066-10-14", "14 Oct 1066"),
        ("2009-01-01", "2014-01-01", "year", "throughout", "2013", "2009 to 2013"),
        ("2009-08-12", "2013-08-13", "year", "within", "P4Y", "2009 to 2013"),
        ("2014-02-24", "2014-03-11", "week", "within", "P2W", "24 Feb to 10 Mar 2014"),
        ("2015-09-30", "2015-10-06", "day", "throughout", "2015-10-05", "30 Sep to 5 Oct 2015"),
        ("2014-05-07T10:00", "2014-05-07T12:01", "minute", "throughout", "T12:00", "7 May 2014, 10:00 to 12:00"),
        ("2014-05-07T10:00", "2014-05-07T11:00", "hour", None, "2014-05-07T10", "7 May 2014, 10:00"),
        ("2014-05-07T18:00", "2014-05-08T06:00", "part_of_day", None, "2014-05-07TNI", "7 May 2014, night"),
        ("2013-12-01", "2014-03-01", "season", None, "2013-WI", "winter 2013"),
        ("2014-05-10", "2014-05-12", "weekend", None, "2014-W19-WE", "weekend of 10 May 2014"),
        ("9999-01-01", "9999-12-31", "year", None, "9999", "9999"),
        (None, None, None, None, "BC0044", "44 BCE"),
        (None, None, None, None, None, ""),
    ],
)
def test_a_date_is_told_at_its_own_grain(start, end, granularity, extent, value, words):
    assert when(at(start), at(end), granularity, extent, value) == words
