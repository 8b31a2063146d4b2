"""Finding time expressions: the scan of a text, independent of its publication date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from timeline.records import Sentence
from timeline.timex.frames import Expression, Frame, frames_of
from timeline.timex.grammar import Grammar, Match, grammar_for

__all__ = ["recognise"]

_CONTEXT = 2  # tokens on either side of a run that its rules may look at
_FRAMES: dict[tuple[str, int, str], list[Frame]] = {}
_LIMIT = 100_000
_SIGNALS = ("since", "until", "before", "after", "by", "from", "between", "to", "during", "on", "in", "at")
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
    offsets = [0, *accumulate(map(len, tokens))]
    reader = _Reader(grammar, tokens, symbols, offsets, [sentence.start for sentence in sentences], sentences)
    return list(reader.expressions())


class _Reader:
    """One pass over one text."""

    def __init__(
        self,
        grammar: Grammar,
        tokens: list[str],
        symbols: str,
        offsets: list[int],
        starts: list[int],
        sentences: Sequence[Sentence],
    ) -> None:
        self.grammar, self.tokens, self.symbols, self.offsets = grammar, tokens, symbols, offsets
        self.starts, self.sentences = starts, sentences
        self.ranges = 0

    def expressions(self) -> Iterator[Expression]:
        done = 0
        for zone in self.grammar.zones.finditer(self.symbols):
            start, end = max(done, zone.start() - _CONTEXT), zone.end() + _CONTEXT
            lead = zone.start() - start
            for match in self.grammar.parse(self.symbols[start:end]):
                if match.start >= lead and start + match.end <= zone.end():
                    yield from self.parts(match, start)
            done = zone.end()

    def parts(self, match: Match, offset: int) -> Iterator[Expression]:
        begin, end = offset + match.start, offset + match.end
        key = (self.grammar.pack.lang, match.number, "".join(self.tokens[begin:end]).lstrip())
        frames = _FRAMES.get(key)
        if frames is None:
            if len(_FRAMES) > _LIMIT:
                _FRAMES.clear()
            run = self.tokens[offset:end]
            frames = _FRAMES[key] = frames_of(self.grammar, match, run)
        several = len(frames) > 1
        if several:
            self.ranges += 1
        for place, (frame, part) in enumerate(zip(frames, match.parts, strict=True)):
            expression = self.expression(frame, offset + part.start, offset + part.end)
            if frame.slots.get("need") not in (None, expression.tense):
                continue
            if several:
                expression.range_id = self.ranges
                role = "start" if place == 0 else "end"
                expression.range_role = role if match.rule.give.get("range") else "item"
            yield expression

    def expression(self, frame: Frame, begin: int, end: int) -> Expression:
        token = self.tokens[begin]
        start = self.offsets[begin] + len(token) - len(token.lstrip())
        sentence = bisect_right(self.starts, start) - 1
        expression = Expression(start, self.offsets[end], frame, sentence=sentence)
        if begin:
            before = self.grammar.classes[self.symbols[begin - 1]]
            expression.signal = next((signal for signal in _SIGNALS if signal in before), None)
        expression.tense = self.tense(begin, end, sentence)
        return expression

    def tense(self, begin: int, end: int, sentence: int) -> str | None:
        """The nearest cue to the left within the sentence, else the nearest to the right."""
        first, last = max(0, begin - _REACH), min(len(self.symbols), end + _REACH)
        left, right = 0, len(self.symbols)
        if sentence >= 0:
            left, right = self.sentences[sentence].start, self.sentences[sentence].end
        for place in (*range(begin - 1, first - 1, -1), *range(end, last)):
            if not left <= self.offsets[place] < right:
                if place < begin:
                    continue
                break
            if cue := self.grammar.cues.get(self.symbols[place]):
                return cue
        return None
