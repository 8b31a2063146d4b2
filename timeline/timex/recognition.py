"""Finding time expressions: the scan of a text, independent of its publication date."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from timeline.memo import Recent
from timeline.records import Sentence
from timeline.timex.clause import clause_of
from timeline.timex.frames import Expression, Frame, apposed, frames_of, shared, turned
from timeline.timex.grammar import Grammar, Match, Part, grammar_for

__all__ = ["recognise"]

_CONTEXT = 1  # tokens on either side of a run that its rules may look at
_FRAMES = Recent[tuple[str, int, str], list[Frame]](half=1 << 11)
_STOP = frozenset({"stop"})
_APPOSED = ("(", ",")
_REACH = 40  # tokens on either side of an expression in which a cue of tense is looked for


def recognise(text: str, sentences: Sequence[Sentence], lang: str | None) -> list[Expression]:
    """Time expressions of ``text`` in order, none overlapping another; empty where the language has no pack.

    The publication date plays no part, so that it may be inferred from what is found here.
    """
    try:
        grammar = grammar_for(lang or "en")
    except LookupError:
        return []
    tokens = grammar.token_pattern.findall(text)
    symbols = "".join(map(grammar.memo.__getitem__, tokens))
    if grammar.zones.search(symbols) is None:
        return []
    return _Reader(grammar, tokens, symbols, sentences).expressions()


class _Reader:
    """One pass over one text."""

    def __init__(self, grammar: Grammar, tokens: list[str], symbols: str, sentences: Sequence[Sentence]) -> None:
        self.grammar, self.tokens, self.symbols = grammar, tokens, symbols
        self.offsets = [0, *accumulate(map(len, tokens))]
        self.starts = [sentence.start for sentence in sentences]
        self.sentences = sentences
        self.ranges = 0
        self.found: list[Expression] = []
        self.before: tuple[Expression, int] | None = None

    def expressions(self) -> list[Expression]:
        done = 0
        for zone in self.grammar.zones.finditer(self.symbols):
            first, last = zone.span()
            start = max(done, first - _CONTEXT)
            for match in self.grammar.parse(self.symbols[start : last + _CONTEXT], first - start):
                if start + match.end <= last:
                    self.read(match, start)
            done = last
        return self.found

    def read(self, match: Match, offset: int) -> None:
        """The expressions of one match: one, or the parts of a range or list."""
        begin, end = offset + match.start, offset + match.end
        frames = self.frames(match, begin, end, offset)
        if len(frames) < 2:
            for frame in frames:
                self.add(frame, offset, match.parts[0], (begin, end))
            return
        self.ranges += 1
        for place, (frame, part) in enumerate(zip(frames, match.parts, strict=True)):
            role = ("start" if place == 0 else "end") if match.rule.give.get("range") else "item"
            self.add(frame, offset, part, (begin, end), role)

    def frames(self, match: Match, begin: int, end: int, offset: int) -> list[Frame]:
        """What the tokens of a match say, remembered by their text."""
        key = (self.grammar.pack.lang, match.number, "".join(self.tokens[begin:end]).lstrip())
        try:
            return _FRAMES[key]
        except KeyError:
            return _FRAMES.keep(key, frames_of(self.grammar, match, self.tokens[offset:end]))

    def add(self, frame: Frame, offset: int, part: Part, whole: tuple[int, int], role: str | None = None) -> None:
        """Take an expression in, unless its clause is not of the tense it needs; ``role`` is its place in a range or list."""
        begin, end = offset + part.start, offset + part.end
        expression = self.expression(frame, begin, end, whole)
        if frame.slots.get("need", expression.tense) != expression.tense:
            return
        if role:
            expression.range_id, expression.range_role = self.ranges, role
        elif self.before is not None and begin - self.before[1] == 1:
            self.join(self.before[0], expression, begin)
        self.before = (expression, end)
        self.found.append(expression)

    def expression(self, frame: Frame, begin: int, end: int, whole: tuple[int, int]) -> Expression:
        """An expression from its tokens; the parts of one range or list (``whole``) share what their clause says of the direction."""
        token = self.tokens[begin]
        start = self.offsets[begin] + len(token) - len(token.lstrip())
        sentence = bisect_right(self.starts, start) - 1
        signal = self.grammar.signals.get(self.symbols[begin - 1]) if begin else None
        expression = Expression(start, self.offsets[end], frame, signal, None, sentence)
        if frame.kind == "time":
            expression.heads = not begin or self.grammar.classes[self.symbols[begin - 1]] == _STOP
        if signal == "since":
            expression.resumed = self.resumed(end)
        if frame.directed:
            around = self.sentence(*whole, sentence)
            if begin != whole[0]:
                signal = self.grammar.signals.get(self.symbols[whole[0] - 1]) if whole[0] else None
            expression.tense, expression.close = clause_of(self.grammar, self.symbols, whole, around, signal)
            if expression.tense is None and sentence >= 0 and self.sentences[sentence].kind == "caption":
                expression.tense = "past"  # "soldiers leave the town on May 3": the picture was taken
        return expression

    def resumed(self, end: int) -> bool:
        """Whether what follows an expression, past a comma, tells of its time."""
        kinds = [self.grammar.classes[symbol] for symbol in self.symbols[end : end + 2]]
        return any("resuming" in kind for kind in (kinds[1:] if kinds and "=," in kinds[0] else kinds[:1]))

    def sentence(self, begin: int, end: int, number: int) -> tuple[int, int]:
        """First and end token of the sentence around an expression, no farther than cues are looked for."""
        first, last = max(0, begin - _REACH), min(len(self.symbols), end + _REACH)
        if number >= 0:
            bounds = self.sentences[number]
            first = max(first, bisect_left(self.offsets, bounds.start, first, end) - 1)
            last = min(last, bisect_left(self.offsets, bounds.end, begin))
        return first, last

    def join(self, left: Expression, expression: Expression, begin: int) -> None:
        """Make a range of this expression and the one before it where the word between them is one of range; "Friday (May 24)" is one day."""
        if self.tokens[begin - 1].strip() in _APPOSED:
            left.frame = apposed(left.frame, expression.frame)
            return
        between = self.grammar.classes[self.symbols[begin - 1]]
        links = "to" in between or "=-" in between or ("and" in between and left.signal == "between")
        if (
            not links
            or left.range_id is not None
            or left.frame.kind not in ("date", "time")
            or expression.frame.kind not in ("date", "time")
        ):
            return
        apart = self.tokens[begin - 1][0].isspace() and "=-" in between  # "LAS VEGAS, March 13 - Jan 31 end"
        frames = shared(left.frame, expression.frame)
        if frames is None or (apart and turned(frames[0])):
            return
        left.frame, expression.frame = frames
        self.ranges += 1
        left.range_id = expression.range_id = self.ranges
        left.range_role, expression.range_role = "start", "end"
