"""The publication date of an article that names none, from its text alone: a dated line, a dateline, a caption.

Never from the clock. Each kind of evidence has its measured trust (``language/trust.toml``); what is trusted less than the setting
``infer_from`` says is not taken, so that a wrong day does not become the ground of every "Wednesday" in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from timeline.language.files import primary, read_pack
from timeline.language.trust import confidence
from timeline.records import Article, Block, BlockKind, Published, Sentence
from timeline.timex.frames import Expression

__all__ = ["Evidence", "evidence", "infer_published"]

_BEFORE = 60
_PROSE = 160
"""Characters from which a paragraph is prose: what stands after one is no line about the article."""
_BESIDE = 12
"""Letters that may stand beside a date that is alone on its line: a zone, a place, "at"."""
_OPENING = 4
_LEADING = 2
"""Words in lower case before a date and a full stop that make a line a sentence of the story: not "Posted on June 3, 2014." """
_ENDS = frozenset(".!?。！？।")
_LINE = 120
_LABELLED = 240
"""Characters of the line that a labelled date may stand in: longer ones are prose ("the complaint filed on 27 September …")."""
_NEAR = timedelta(days=60)
_OPEN_SIGNALS = frozenset({"until", "by", "before", "since"})
_LETTERS = re.compile(r"[^\W\d_]")


class Evidence(NamedTuple):
    """A day that the article may be of, the kind of evidence (a row of the table of trust), and what it is called as an origin."""

    day: date
    kind: str
    origin: str


class _Dated(NamedTuple):
    """An expression that names a whole day, given its year where the text leaves no doubt which."""

    day: date
    expression: Expression
    block: int
    written: bool
    """The year is written with it."""


def infer_published(
    article: Article, sentences: Sequence[Sentence], expressions: Sequence[Expression], least: float
) -> Published | None:
    """The publication date that the text gives away, with its origin and confidence, where that is ``least`` (0 to 1) or more."""
    for found in evidence(article, sentences, expressions):
        trust = confidence(found.kind)
        if trust >= least:
            return Published(datetime(found.day.year, found.day.month, found.day.day), None, "day", found.origin, trust)
    return None


def evidence(article: Article, sentences: Sequence[Sentence], expressions: Sequence[Expression]) -> Iterator[Evidence]:
    """All evidence that the text holds, the strongest kind first."""
    reader = _Reader(article, sentences, expressions)
    if not reader.dated:
        return
    told = reader.latest_told()
    for rule in (reader.labelled, reader.datelines, reader.date_lines, reader.pictured):
        yield from (found for found in rule() if told is None or told <= found.day + timedelta(days=1))


class _Reader:
    """An article's days and where they stand."""

    def __init__(self, article: Article, sentences: Sequence[Sentence], expressions: Sequence[Expression]) -> None:
        self.text = article.text
        self.lang = article.lang
        self.titled = article.title is not None
        self.blocks: Sequence[Block] = article.blocks or (Block("body", 0, len(article.text)),)
        self.sentences = sentences
        self.expressions = expressions
        self.dated = list(self._dated())
        prose = (i for i, b in enumerate(self.blocks) if b.kind != "boilerplate" and b.end - b.start > _PROSE)
        self._first_prose = next(prose, len(self.blocks))

    def _dated(self) -> Iterator[_Dated]:
        full = [(day, e) for e in self.expressions if (day := _full_day(e)) is not None]
        years = [day for day, _ in full]
        block = 0
        for expression in self.expressions:
            written = _full_day(expression)
            day = written or _completed(expression, years)
            while block + 1 < len(self.blocks) and self.blocks[block + 1].start <= expression.start:
                block += 1
            if day is not None and day.year >= 1600:
                yield _Dated(day, expression, block, written is not None)

    def _kind(self, dated: _Dated) -> BlockKind:
        return self.blocks[dated.block].kind

    def latest_told(self) -> date | None:
        """The latest day that the story tells of as past: it cannot have been published before that."""
        past = (
            d.day for d in self.dated if d.written and d.expression.tense == "past" and d.expression.signal not in _OPEN_SIGNALS
        )
        return max(past, default=None)

    def labelled(self) -> Iterator[Evidence]:
        """ "Published: May 7, 2014", "Updated 7.45 pm, 7 May 2014", on a line of its own or right before the date.

        Lines that name several days are of several articles: a blog's entries, a list of links.
        """
        published, updated = _labels(primary(self.lang))
        for label, kind in ((published, "published line"), (updated, "updated line")):
            days = {dated.day for dated in self.dated if dated.written and label.search(self._before(dated))}
            if len(days) == 1:
                yield Evidence(days.pop(), kind, "byline")

    def _before(self, dated: _Dated) -> str:
        """What stands before a date in its line; nothing where the line is so long that it must be prose."""
        start = dated.expression.start
        line = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", start)
        short = (end if end >= 0 else len(self.text)) - line <= _LABELLED
        return self.text[max(line, start - _BEFORE) : start] if short else ""

    def datelines(self) -> Iterator[Evidence]:
        """ "HOMS, Syria, May 7, 2014 —"."""
        for dated in self.dated:
            if self._kind(dated) == "dateline":
                yield Evidence(dated.day, "dateline", "dateline")

    def date_lines(self) -> Iterator[Evidence]:
        """A line before the story that holds a date and hardly anything else, or the writer's line with a date."""
        for dated in self.dated:
            block = self.blocks[dated.block]
            sentence = self.sentences[dated.expression.sentence]
            if dated.block > self._first_prose or not dated.written or _labels(primary(self.lang))[1].search(self._before(dated)):
                continue
            byline = block.kind == "byline" and block.end - block.start <= _LINE
            opening = sentence.start <= block.start and self._alone(dated, block.start, sentence.end, _OPENING)
            line = len(self.blocks) > 1 and self._alone(dated, block.start, block.end) and not self._told_of(dated, block)
            if byline or opening or line:
                above = line and not byline and self._above_the_headline(dated.block)
                yield Evidence(dated.day, "date above the headline" if above else "date line", "byline")

    def _told_of(self, dated: _Dated, block: Block) -> bool:
        """ "The vote is on June 3, 2014." is a sentence: words, not a name, lead up to the date, and it ends like one."""
        before = self.text[block.start : dated.expression.start].split()
        ends = self.text[block.start : block.end].rstrip()[-1:] in _ENDS
        return ends and sum(word.islower() for word in before) >= _LEADING

    def _above_the_headline(self, block: int) -> bool:
        """The headline stands below: a page's masthead shows the day on which it was fetched.

        Where no headline is known, any line between the date and the story may be one.
        """
        headline = next((i for i, b in enumerate(self.blocks) if b.kind == "title"), None)
        if headline is not None or self.titled:
            return headline is not None and headline > block
        return any(b.kind == "body" for b in self.blocks[block + 1 : self._first_prose])

    def _alone(self, dated: _Dated, start: int, end: int, beside: int = _BESIDE) -> bool:
        """Hardly a letter beside the date between ``start`` and ``end``: a zone, a weekday, a place at most."""
        if end - start > _LINE:
            return False
        rest = self.text[start : dated.expression.start] + self.text[dated.expression.end : end]
        return len(_LETTERS.findall(rest)) <= beside

    def pictured(self) -> Iterator[Evidence]:
        """The latest day told as past, that of a picture, being the weekday that the story's beginning tells of, and no other weekday told.

        That alone is right in every second case (the story may be of the next morning, the picture older): signs that it is new are asked for.
        """
        past = [d for d in self.dated if d.expression.tense != "future" and d.expression.signal not in _OPEN_SIGNALS]
        if not past:
            return
        latest = max(d.day for d in past)
        sources = {self._kind(d) for d in past if d.day == latest}
        weekdays = [e for e in self.expressions if set(e.frame.slots) <= {"weekday"} and "weekday" in e.frame.slots]
        told = {e.frame.slots["weekday"] for e in weekdays}
        first = next((e for e in weekdays if self.sentences[e.sentence].kind in ("lead", "title")), None)
        if first is None or told != {latest.isoweekday()}:
            return
        if "caption" in sources:
            fresh = self._planned_after(latest) and self._older_on_file(latest)
            yield Evidence(latest, "new caption and weekday" if fresh else "caption and weekday", "inferred")

    def _planned_after(self, day: date) -> bool:
        """Something planned for the weeks after ``day``, as in fresh news."""
        planned = (e for e in self.expressions if e.tense == "future" and {"month", "day"} <= e.frame.slots.keys())
        ahead = (_completed(e, [day]) or _full_day(e) for e in planned)
        return any(found is not None and day < found <= day + _NEAR for found in ahead)

    def _older_on_file(self, day: date) -> bool:
        """Another picture is marked as from the files, and that of ``day`` is not: it is new."""
        marked = [self._filed(d.block) for d in self.dated if self._kind(d) == "caption" and d.day < day]
        fresh = [self._filed(d.block) for d in self.dated if self._kind(d) == "caption" and d.day == day]
        return any(marked) and not any(fresh)

    def _filed(self, block: int) -> bool:
        words = _file_words(primary(self.lang))
        end = self.blocks[min(block + 1, len(self.blocks) - 1)].end
        return words.search(self.text[self.blocks[block].start : min(end, self.blocks[block].end + 60)]) is not None


def _full_day(expression: Expression) -> date | None:
    """The day of an expression that names year, month and day."""
    slots = expression.frame.slots
    try:
        if "iso" in slots:
            return date.fromisoformat(str(slots["iso"])[:10])
        return date(int(slots["year"]), int(slots["month"]), int(slots["day"]))
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _completed(expression: Expression, days: Sequence[date]) -> date | None:
    """The day of "May 7", where a full date of the text is near enough to leave no doubt of the year."""
    slots = expression.frame.slots
    if "month" not in slots or "day" not in slots or "year" in slots or not days:
        return None
    found: set[date] = set()
    for near in days:
        for year in (near.year - 1, near.year, near.year + 1):
            try:
                day = date(year, int(slots["month"]), int(slots["day"]))
            except (ValueError, TypeError, OverflowError):
                continue
            if abs(day - near) <= _NEAR and slots.get("weekday") in (None, day.isoweekday()):
                found.add(day)
    return found.pop() if len(found) == 1 else None


@cache
def _labels(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for what stands before a publication date and before that of a change, in ``lang`` and in English."""
    packs = [read_pack(code, "reading") or {} for code in dict.fromkeys((lang, "en"))]
    return _label(packs, "published"), _label(packs, "updated")


@cache
def _file_words(lang: str) -> re.Pattern[str]:
    """Words that mark a picture as taken earlier."""
    packs = [read_pack(code, "reading") or {} for code in dict.fromkeys((lang, "en"))]
    words = [re.escape(word) for pack in packs for word in pack.get("caption", {}).get("file", ())]
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE) if words else re.compile(r"(?!)")


def _label(packs: Sequence[dict[str, dict[str, list[str]]]], key: str) -> re.Pattern[str]:
    """The label right before a date: at the beginning of its line or after a mark; elsewhere in the line only with a capital
    ("Le Monde avec AFP Publié le …"), or as a phrase that can mean nothing else ("this story was first published on …")."""
    words = _alternatives(packs, key)
    phrases = _alternatives(packs, f"{key}_anywhere")
    label = rf"(?:^|[.|·•–—(\[]\s*)(?i:{words})|(?<=\s)(?=[^\W\d_a-z])(?i:{words})|(?i:{phrases})"
    clock = r"(?:\d{1,2}[:.]\s?\d\d\s?(?i:[ap]\.?\s?m\.?)?[^\n]{0,12})?"
    return re.compile(rf"(?:{label})(?!\w)[^\w\n]{{0,4}}(?:(?:on|at)\s)?{clock}$")


def _alternatives(packs: Sequence[dict[str, dict[str, list[str]]]], key: str) -> str:
    words = sorted({word for pack in packs for word in pack.get("dates", {}).get(key, ())}, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) or "(?!)"
