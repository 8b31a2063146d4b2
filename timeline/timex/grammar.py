"""A pack compiled: every token to a symbol, every rule to a regular expression over symbols.

Nothing here knows a language. Compiling is lazy (a rule's expression is made when a text first needs it); what a run of symbols is parsed
into depends on the symbols alone and is remembered, so that ordinary text costs a table look-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from timeline.language.packs import Rule, TimePack, time_pack
from timeline.timex.patterns import Capture, Translation, classes_in, literals_in, parse, translate
from timeline.timex.tokens import NUMBER_CLASSES, NumberWords, number_classes, token_pattern

__all__ = ["Grammar", "Match", "Part", "grammar_for", "normal"]

SHAPES = ("Cap", "low", "sym", "Name", "plain", "stop")
_NORMAL = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "‑": "-", "−": "-", "‐": "-", "º": "o"})
_LIMIT = 200_000  # tokens or runs remembered before a cache is emptied
_NUMBER_SAMPLES = """
0 1 7 01 12 13 24 25 31 32 59 60 99 00 07 100 999 1000 1261 1430 1999 2159 2160 2199 2200 2230 2359 2400 2460
9999 0000 0007 0930 0960 12345 1234567 1234567890 2013-05-06 10:30 23:30:15 24:00 10.30 10,30 3.5 31.12 12.31
13.45 5/6 31/12 5.6 1.000 1,000 1.50 5,6 31,12 10,00 24.59 0.5 0,5 0.05 3.123 3,123 10.123.456 10,123,456
05/06/2013 31.12.99 2013/05/06 2013.05.06 1989/90 1999/2000 7/8 9/11 1/2 31/13 99/98 99.98 1999.5 1,5 1.5 6.30
6,30 12.59 12,59 12.123 12,123 0.10 0,10 0.123 0,123 1.2.3 24.00 00.30 00,30 00:30
"""


class _Memo(dict[str, str]):
    """Token → symbol, filled as tokens are met."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__()
        self.grammar = grammar

    def __missing__(self, token: str) -> str:
        if len(self) > _LIMIT:
            self.clear()
        symbol = self[token] = self.grammar.symbol(token)
        return symbol


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


class _Compiled:
    """A rule with its regular expression, made on first use."""

    __slots__ = ("number", "pattern", "rule", "translation")

    def __init__(self, rule: Rule, number: int, translation: Translation) -> None:
        self.rule, self.number, self.translation = rule, number, translation
        self.pattern: re.Pattern[str] | None = None

    def match(self, run: str, position: int) -> re.Match[str] | None:
        if self.pattern is None:
            self.pattern = re.compile(self.translation.source)
        return self.pattern.match(run, position)


def normal(token: str) -> str:
    """A token as lexemes are compared: lower case, blanks stripped, dashes and apostrophes of one kind."""
    return token.strip().lower().translate(_NORMAL)


class Grammar:
    """The compiled time pack of one language."""

    def __init__(self, pack: TimePack) -> None:
        self.pack = pack
        self.numbers = _number_words(pack)
        self._endings = [(tense, tuple(pack.settings.get(f"{tense}_suffixes", ()))) for tense in ("past", "future")]
        self._trees = [(rule, parse(rule.pattern, pack.macros)) for rule in pack.rules]
        words = tuple(lexeme for table in pack.words.values() for lexeme in table) if pack.settings.get("spaceless") else ()
        self.token_pattern = token_pattern(words)
        self.values: dict[str, dict[str, str]] = {}
        self._anycase: dict[str, set[str]] = {}
        self._capital: dict[str, set[str]] = {}
        self._sequences: dict[str, list[tuple[str, ...]]] = {}
        self._add_lexemes()
        used = set().union(*(classes_in(tree) for _, tree in self._trees)) if self._trees else set()
        self._literals = set().union(*(literals_in(tree) for _, tree in self._trees)) if self._trees else set()
        self._used = used | {"past", "future", "report", "present_be", *self.pack.triggers, *_SIGNALS}
        for literal in self._literals:
            self._anycase.setdefault(literal, set()).add("=" + literal)
        self.symbols: dict[frozenset[str], str] = {}
        self._enumerate()
        self.classes = {symbol: classes for classes, symbol in self.symbols.items()}
        self.cues = {
            symbol: "future" if "future" in classes else "past"
            for symbol, classes in self.classes.items()
            if classes & _CUES and not classes & self.pack.triggers
        }
        self.signals = {
            symbol: next(name for name in _SIGNALS if name in classes)
            for symbol, classes in self.classes.items()
            if classes & {*_SIGNALS}
        }
        cues = "".join(sorted(self.cues)) or "\0"
        self.cue_before, self.cue_after = re.compile(f".*[{cues}]", re.DOTALL), re.compile(f"[^{cues}]*[{cues}]")
        self._expansions: dict[str, list[list[str]]] = {}
        self.rules = [compiled for compiled in self._compile() if compiled]
        self._by_first: dict[str, list[_Compiled]] = {}
        self.memo = _Memo(self)
        self.zones = self._zone_pattern()
        self._runs: dict[str, list[Match]] = {}

    # --- lexemes and symbols -------------------------------------------------------------------------------------------------

    def _add_lexemes(self) -> None:
        """Single-token lexemes by class; lexemes of several tokens as sequences of literal words."""
        for name, table in self.pack.words.items():
            values = self.values.setdefault(name, {})
            for lexeme, value in table.items():
                tokens = [normal(token) for token in self.token_pattern.findall(lexeme) if token.strip()]
                values[" ".join(tokens)] = value
                if len(tokens) > 1:
                    self._sequences.setdefault(name, []).append(tuple(tokens))
                    for token in tokens:
                        self._anycase.setdefault(token, set()).add("=" + token)
                elif tokens:
                    home = self._capital if lexeme[0].isupper() else self._anycase
                    home.setdefault(tokens[0], set()).add(name)

    def _word_classes(self, token: str, body: str) -> frozenset[str]:
        """Classes of a token that does not begin with a digit."""
        if not body:
            return frozenset({"stop"}) if token.count("\n") > 1 else frozenset()
        word = body.lower().translate(_NORMAL)
        found = set(self._anycase.get(word, ()))
        if body[0].isupper():
            found |= self._capital.get(word, set())
            found |= {"Cap"} if found else {"Cap", "Name"}
        elif body[0].isalpha():
            found |= {"low"} if found else {"low", "plain"}
            found |= {tense for tense, endings in self._endings if len(word) > 4 and not found & _CUES and word.endswith(endings)}
        else:
            found.add("sym")
        return frozenset(found & self._used | {name for name in found if name[0] == "="})

    def _token_classes(self, token: str) -> frozenset[str]:
        body = token.strip()
        if body and body[0].isdecimal():
            found = set(number_classes(body, self.numbers)) & (self._used | {"amount"})
            word = body.lower()
            found |= self._anycase.get(word, set())
            return frozenset(found)
        return self._word_classes(token, body)

    def symbol(self, token: str) -> str:
        """The symbol of a token; one that was not foreseen counts as an unknown of its kind."""
        classes = self._token_classes(token)
        known = self.symbols.get(classes)
        if known is None and classes:  # the foreseen set that has most of its classes and no others
            known = self.symbols[
                max((seen for seen in self.symbols if seen <= classes), key=lambda seen: (len(seen), sorted(seen)))
            ]
        return known or self.symbols[frozenset({"amount"} if token.strip()[:1].isdecimal() else ())]

    def _enumerate(self) -> None:
        """A symbol for every set of classes that a token can have."""
        samples = ["", "\n\n", "x", "X", "§", *_NUMBER_SAMPLES.split()]
        samples += map(str, range(1000, 2500))
        for suffixes in self.numbers[:4]:
            samples += [
                number + suffix
                for suffix in suffixes
                for number in ("1", "12", "13", "24", "31", "40", "90", "990", "1990", "1991", "123")
            ]
            samples += [number + suffix for suffix in suffixes for number in ("10:30", "10.30")]
        samples += [f"{hour}{letter}{rest}" for letter in self.numbers.hours for hour in (1, 13, 24) for rest in ("", "30")]
        words = {*self._anycase, *self._capital}
        samples += [*words, *(word.capitalize() for word in words), *(word.upper() for word in words)]
        samples += ["xxxxx" + suffix for _, endings in self._endings for suffix in endings]
        sets = {self._token_classes(sample) for sample in samples} | {frozenset(), frozenset({"amount"})}
        for place, classes in enumerate(sorted(sets, key=sorted)):
            self.symbols[classes] = chr(0xE000 + place)

    # --- rules -------------------------------------------------------------------------------------------------------------

    def expand(self, name: str) -> list[list[str]]:
        """Lexemes of a class (or ``=word``) as sequences of sets of symbols."""
        if name not in self._expansions:
            single = "".join(symbol for symbol, classes in self.classes.items() if name in classes)
            expansion = [[single]] if single else []
            expansion += [["".join(self.expand("=" + token)[0]) for token in tokens] for tokens in self._sequences.get(name, ())]
            self._expansions[name] = sorted(expansion, key=len, reverse=True)
        return self._expansions[name]

    def _compile(self) -> Iterable[_Compiled | None]:
        known = {*self.pack.words, *NUMBER_CLASSES, *SHAPES}
        for number, (rule, tree) in enumerate(self._trees):
            if unknown := {name for name in classes_in(tree) if name not in known and not self._optional_class(name)}:
                raise ValueError(f"time pack {self.pack.lang}: rule {rule.name}: unknown class {', '.join(sorted(unknown))}")
            translation = translate(tree, self.expand)
            yield None if translation is None else _Compiled(rule, number, translation)

    @staticmethod
    def _optional_class(name: str) -> bool:
        """Base rules name classes that a language may lack; a misspelt class is caught by the test of the packs."""
        return name.isidentifier()

    def _zone_pattern(self) -> re.Pattern[str]:
        """Runs of tokens that rules use, with at least one trigger among them. Both sides are bounded, so cost is linear."""
        literal = {symbol for symbol, classes in self.classes.items() if any(name[0] == "=" for name in classes)}
        structural = self._used - {"past", "future", "report", "present_be", *SHAPES, *_SIGNALS} | set(NUMBER_CLASSES)
        relevant = {symbol for symbol, classes in self.classes.items() if classes & structural} | literal
        trigger = {symbol for symbol, classes in self.classes.items() if classes & self.pack.triggers}
        for (
            name
        ) in self.pack.triggers:  # a lexeme of several words is found by its longest, unless one of them is a trigger anyway
            for tokens in self._sequences.get(name, ()):
                own = [{symbol for symbol, classes in self.classes.items() if "=" + token in classes} for token in tokens]
                if not any(symbols & trigger for symbols in own):
                    trigger |= own[max(range(len(tokens)), key=lambda place: (len(tokens[place]), place))]
        context = "".join(sorted(relevant - trigger))
        triggers, both = "".join(sorted(trigger)), "".join(sorted(relevant | trigger))
        if not triggers:
            return re.compile(r"(?!)")
        return re.compile(f"[{context}]{{0,12}}+[{triggers}][{both}]{{0,60}}+" if context else f"[{triggers}]{{1,60}}+")

    def parse(self, run: str) -> list[Match]:
        """Matches in a run of symbols, left to right, the longest at each place."""
        found = self._runs.get(run)
        if found is None:
            if len(self._runs) > _LIMIT:
                self._runs.clear()
            found = self._runs[run] = list(self._parse(run))
        return found

    def _candidates(self, symbol: str) -> list[_Compiled]:
        rules = self._by_first.get(symbol)
        if rules is None:
            rules = self._by_first[symbol] = [compiled for compiled in self.rules if symbol in compiled.translation.first]
        return rules

    def _parse(self, run: str) -> Iterable[Match]:
        position = 0
        while position < len(run):
            best: tuple[int, bool] = (position, False)
            chosen: tuple[_Compiled, re.Match[str]] | None = None
            for compiled in self._candidates(run[position]):
                found = compiled.match(run, position)
                if found and (found.end(), compiled.rule.kind == "none") > best:
                    best, chosen = (found.end(), compiled.rule.kind == "none"), (compiled, found)
            if chosen is None:
                position += 1
                continue
            compiled, found = chosen
            if compiled.rule.kind != "none":
                yield _match(compiled, found)
            position = max(found.end(), position + 1)


_CUES = frozenset({"past", "future"})
_SIGNALS = ("since", "until", "before", "after", "on", "in", "at", "by", "from", "to", "between", "and", "during")


def _number_words(pack: TimePack) -> NumberWords:
    def letters(name: str) -> frozenset[str]:
        return frozenset(map(str.lower, pack.settings.get(name, ())))

    return NumberWords(
        letters("ordinals"), letters("decades"), letters("meridiems"), letters("hours"),
        pack.settings.get("order", "dmy")[0], pack.settings.get("decimal", "."),
    )  # fmt: skip


def _match(compiled: _Compiled, found: re.Match[str]) -> Match:
    """Slots and parts of a match. A slot belongs to the part it stands in; one outside all parts belongs to each."""
    captures: list[Capture] = compiled.translation.captures
    slots = [(c.slot, c.classes, found.start(c.group), found.end(c.group)) for c in captures if found.start(c.group) >= 0]
    groups = compiled.translation.parts
    spans = [found.span(group) for group in groups if found.start(group) >= 0] or [found.span()]
    parts = []
    for start, end in spans:
        own = tuple(s for s in slots if (start <= s[2] and s[3] <= end) or not any(a <= s[2] and s[3] <= b for a, b in spans))
        parts.append(Part(start, end, own))
    return Match(compiled.rule, compiled.number, found.start(), found.end(), tuple(parts))


@lru_cache(maxsize=256)
def grammar_for(lang: str) -> Grammar:
    """The compiled grammar of a language. Raises ``LookupError`` where there is no pack."""
    return Grammar(time_pack(lang))
