"""A pack compiled: every rule to a regular expression over symbols, and the matches of a run of symbols.

Nothing here knows a language. Compiling is lazy (a rule's expression is made when a text first needs it); what a run of symbols is parsed
into depends on the symbols alone and is remembered, so that ordinary text costs a table look-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from timeline.language.packs import Rule, TimePack, time_pack
from timeline.memo import Memo
from timeline.timex.lexicon import CONTEXT, CUES, SHAPES, SIGNALS, Lexicon
from timeline.timex.patterns import Node, Piece, Translation, names_in, parse, translate
from timeline.timex.tokens import NUMBER_CLASSES

__all__ = ["Grammar", "Match", "Part", "grammar_for"]

_RUNS = 1 << 12
"""Runs whose matches are remembered, and beginnings of runs whose rules are. Two in three runs are new whatever is remembered."""
_LEFT, _RIGHT = 12, 60  # tokens of a run before and after its first trigger


class Part(NamedTuple):
    """One expression within a match: token positions, and its slots as ``(slot, classes, first token, end token)``."""

    start: int
    end: int
    slots: tuple[tuple[str, tuple[str, ...], int, int], ...]


class Match(NamedTuple):
    """A rule that matched: positions are tokens from the start of the run. Several parts make a range or a list."""

    rule: Rule
    number: int
    start: int
    end: int
    parts: tuple[Part, ...]


_Matcher = Callable[[str, int], "re.Match[str] | None"]


class _Compiled:
    """A rule with its regular expression: ``match`` makes it on first use and takes its place."""

    __slots__ = ("captures", "is_none", "match", "needs", "number", "parts", "rule", "translation")

    def __init__(self, rule: Rule, number: int, translation: Translation) -> None:
        self.rule, self.number, self.translation = rule, number, translation
        self.is_none = rule.kind == "none"
        self.needs = 0
        self.match: _Matcher = self._first_match
        self.captures: list[tuple[str, tuple[str, ...], int]] = []
        self.parts: list[int] = []

    def _first_match(self, run: str, position: int) -> re.Match[str] | None:
        pattern = re.compile(self.translation.source)
        groups = pattern.groupindex
        self.captures = [(capture.slot, capture.classes, groups[capture.group]) for capture in self.translation.captures]
        self.parts = [groups[part] for part in self.translation.parts]
        self.match = pattern.match
        return self.match(run, position)


class Grammar:
    """The compiled time pack of one language."""

    def __init__(self, pack: TimePack) -> None:
        self.pack = pack
        macros: dict[str, Node] = {}
        trees = [(rule, parse(rule.pattern, pack.macros, known=macros)) for rule in pack.rules]
        self._named, literals = names_in(tree for _, tree in trees)
        self.lexicon = Lexicon(pack, self._named, literals)
        self.classes, self.memo, self.values = self.lexicon.classes, self.lexicon.memo, self.lexicon.values
        self.numbers, self.token_pattern = self.lexicon.numbers, self.lexicon.token_pattern
        self._expansions: dict[str, list[list[str]]] = {}
        pieces: dict[str, Piece] = {}
        translations = ((rule, number, translate(tree, self.expand, pieces)) for number, (rule, tree) in enumerate(trees))
        self.rules = [_Compiled(rule, number, translation) for rule, number, translation in translations if translation]
        self._index()
        self._lead = self._lead_table()
        self.zones = self._zone_pattern()
        self.cues = {
            symbol: "future" if "future" in classes else "past"
            for symbol, classes in self.classes.items()
            if classes & CUES and not classes & pack.triggers
        }
        self.signals = {
            symbol: next(name for name in SIGNALS if name in classes)
            for symbol, classes in self.classes.items()
            if classes & {*SIGNALS}
        }
        cue = self._cue_pattern()
        self.cue_before, self.cue_after = re.compile(f".*(?:{cue})", re.DOTALL), re.compile(cue)
        prospects = "".join(
            symbol for symbol, tense in self.cues.items() if tense == "future" and symbol not in self.lexicon.having("causal")
        )
        self.prospect = re.compile(f".*[{prospects}]" if prospects else r"(?!)", re.DOTALL)
        be, infinitive = self.lexicon.having("present_be") + self.lexicon.having("past_be"), self.lexicon.having("infinitive")
        causes, noun = self.lexicon.having("causal"), self.lexicon.having("determiner") + self.lexicon.having("Name")
        self.cause = re.compile(f"[{causes}][{infinitive}][{noun}]" if causes and infinitive and noun else r"(?!)")
        border, verb = self.lexicon.having("border"), self.lexicon.having("plain")
        self.border_before, self.border = (
            re.compile(f"{lead}[{border}]" if border else r"(?!)", re.DOTALL) for lead in (".*", "")
        )
        self.earliest = re.compile(
            "|".join("".join(f"[{chars}]" for chars in sequence) for sequence in self.expand("earliest")) or r"(?!)"
        )
        self.obliged = re.compile(f".*[{be}][{infinitive}]" if be and infinitive else r"(?!)", re.DOTALL)
        self.purpose = re.compile(f"[{infinitive}][{verb}]" if verb and infinitive else r"(?!)")
        self._runs = Memo[tuple[str, int], list[Match]](lambda run: list(self._parse(*run)), half=_RUNS)

    def _cue_pattern(self) -> str:
        """One cue of tense; its last token is that of the match. What a determiner stands before is no verb ("the plan", "an armed man").

        Every branch begins with a class of symbols, so that a place without a cue costs next to nothing.
        """
        single, determiners = "".join(sorted(self.cues)), self.lexicon.having("determiner")
        verb = [f"[{single}]" + (f"(?<![{determiners}].)" if determiners else "")] if single else []
        several = (sequence for sequence in self.expand("future") if len(sequence) > 1)
        return "|".join([*verb, *("".join(f"[{chars}]" for chars in sequence) for sequence in several)]) or r"(?!)"

    def expand(self, name: str) -> list[list[str]]:
        """Lexemes of a class (or ``=word``) as sequences of sets of symbols, the longest first."""
        if name not in self._expansions:
            single = self.lexicon.having(name)
            expansion = [[single]] if single else []
            for tokens in self.lexicon.sequences.get(name, ()):
                expansion.append(["".join(self.expand("=" + token)[0]) for token in tokens])
            self._expansions[name] = sorted(expansion, key=len, reverse=True)
        return self._expansions[name]

    def _zone_pattern(self) -> re.Pattern[str]:
        """Runs of tokens that rules use, with at least one trigger among them, from the first that a rule may begin with.

        Both sides are bounded, so cost is linear.
        """
        signals = set(SIGNALS) - self._named  # a preposition matters where a rule names it ("from" 3 "to" 5 May)
        structural = self.lexicon.used - CONTEXT - {*SHAPES, *signals} | set(NUMBER_CLASSES)
        relevant = {
            symbol for symbol, classes in self.classes.items() if classes & structural or any(name[0] == "=" for name in classes)
        }
        trigger = {symbol for symbol, classes in self.classes.items() if classes & self.pack.triggers}
        # a lexeme of several words is found by its longest, unless one of them is a trigger anyway
        for tokens in (tokens for name in sorted(self.pack.triggers) for tokens in self.lexicon.sequences.get(name, ())):
            own = [set(self.lexicon.having("=" + token)) for token in tokens]
            if not any(symbols & trigger for symbols in own):
                trigger |= own[max(range(len(tokens)), key=lambda place: (len(tokens[place]), place))]
        if not trigger:
            return re.compile(r"(?!)")
        opening = {symbol for symbol in relevant - trigger if self._first[symbol]}
        groups = (opening, relevant - trigger, trigger, relevant | trigger)
        opens, context, triggers, both = ("".join(sorted(group)) for group in groups)
        before = f"(?:[{opens}][{context}]{{0,{_LEFT - 1}}}+)?+" if opens else ""
        names, streets = self.lexicon.having("Name"), self.lexicon.having("street_word")
        address = f"(?:[{names}]{{1,2}}[{streets}])?+" if names and streets else ""  # 1600 Pennsylvania Avenue
        return re.compile(f"{before}[{triggers}][{both}]{{0,{_RIGHT}}}+{address}")

    def parse(self, run: str, lead: int = 0) -> list[Match]:
        """Matches in a run of symbols, left to right, the longest at each place. The first ``lead`` symbols may only be looked at."""
        return self._runs[run[:lead].translate(self._lead) + run[lead:].translate(self.lexicon.plain), lead]

    def _index(self) -> None:
        """A bit for every set of symbols that some rule needs one of: what a run can match is told by a few integers."""
        bits: dict[frozenset[str], int] = {}
        for compiled in self.rules:
            for need in compiled.translation.needs:
                compiled.needs |= bits.setdefault(need, 1 << len(bits))
        self._bits = dict.fromkeys(self.classes, 0)
        for need, bit in bits.items():
            for symbol in need:
                self._bits[symbol] |= bit
        self._first: dict[str, list[_Compiled]] = {symbol: [] for symbol in self.classes}
        for compiled in self.rules:
            for symbol in compiled.translation.first:
                self._first[symbol].append(compiled)
        self._openings = Memo(self._opening, half=_RUNS)

    def _opening(self, pair: str) -> list[tuple[int, _Compiled]]:
        """The rules that may begin with the first two symbols of what is left of a run, with what they need."""
        following = pair[1:]
        return [
            (compiled.needs, compiled)
            for compiled in self._first[pair[0]]
            if compiled.translation.single or (following and following in compiled.translation.second)
        ]

    def _lead_table(self) -> dict[int, str]:
        """For ``str.translate``: symbols before a run are one where whatever looks back at them sees the same."""
        looked_for = {symbols for compiled in self.rules for symbols in compiled.translation.behind}
        alike: dict[frozenset[frozenset[str]], str] = {}
        return {
            ord(symbol): alike.setdefault(frozenset(symbols for symbols in looked_for if symbol in symbols), symbol)
            for symbol in self.classes
        }

    def _parse(self, run: str, position: int) -> Iterator[Match]:
        held, length = 0, len(run)
        for symbol in frozenset(run):
            held |= self._bits[symbol]
        while position < length:
            end, chosen, match = position, None, None
            for needs, compiled in self._openings[run[position : position + 2]]:
                if needs & held == needs and (found := compiled.match(run, position)):
                    reached = found.end()
                    if reached > end or (reached == end and chosen and compiled.is_none and not chosen.is_none):
                        end, chosen, match = reached, compiled, found
            if chosen is None or match is None:
                position += 1
                continue
            if not chosen.is_none:
                yield _match(chosen, match)
            position = end


def _match(compiled: _Compiled, found: re.Match[str]) -> Match:
    """Slots and parts of a match. A slot belongs to the part it stands in; one outside all parts belongs to each."""
    spans = found.regs
    whole = spans[0]
    slots = tuple((slot, classes, *spans[group]) for slot, classes, group in compiled.captures if spans[group][0] >= 0)
    ends = [spans[group] for group in compiled.parts if spans[group][0] >= 0] if compiled.parts else None
    if not ends:
        return Match(compiled.rule, compiled.number, *whole, (Part(*whole, slots),))
    several = []
    for start, end in ends:
        own = tuple(s for s in slots if (start <= s[2] and s[3] <= end) or not any(a <= s[2] and s[3] <= b for a, b in ends))
        several.append(Part(start, end, own))
    return Match(compiled.rule, compiled.number, *whole, tuple(several))


@lru_cache(maxsize=256)
def grammar_for(lang: str) -> Grammar:
    """The compiled grammar of a language. Raises ``LookupError`` where there is no pack."""
    return Grammar(time_pack(lang))
