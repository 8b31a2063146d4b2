"""Words and numbers as symbols: every token of a text becomes one character that stands for the set of classes the token has."""

from __future__ import annotations

from collections.abc import Iterator, Set

from timeline.language.packs import TimePack
from timeline.memo import Memo
from timeline.timex.tokens import NumberWords, number_classes, token_pattern

__all__ = ["SHAPES", "SIGNALS", "Lexicon", "normal"]

SHAPES = ("Cap", "low", "sym", "Name", "plain", "stop")
"""Classes of form: a capitalised word, another word, a sign, the same where the pack does not know them, the end of a paragraph."""
SIGNALS = ("since", "until", "before", "after", "on", "in", "at", "by", "from", "to", "between", "and", "during", "for")
"""Classes of the words before an expression that are kept for later stages."""
CUES = frozenset({"past", "future"})
CONTEXT = frozenset(
    {
        *CUES, "report", "perfect", "unmet", "present_be", "past_be", "infinitive", "possessive", "determiner", "intending",
        "deferring", "finite", "awaiting", "earliest", "border", "goal", "causal", "spanning", "modal",
        "resuming",
    }
)  # fmt: skip
"""Classes that are looked at around an expression, never within one."""
_NORMAL = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "‑": "-", "−": "-", "‐": "-", "º": "o"})
_NUMBER_SAMPLES = """
0 1 7 01 12 13 24 25 31 32 59 60 99 00 07 100 999 1000 1261 1430 1999 2159 2160 2199 2200 2230 2359 2400 2460
9999 0000 0007 0930 0960 12345 1234567 1234567890 2013-05-06 10:30 23:30:15 24:00 10.30 10,30 3.5 31.12 12.31
13.45 5/6 31/12 5.6 1.000 1,000 1.50 5,6 31,12 10,00 24.59 0.5 0,5 0.05 3.123 3,123 10.123.456 10,123,456
05/06/2013 31.12.99 2013/05/06 2013.05.06 1989/90 1999/2000 7/8 9/11 1/2 31/13 99/98 99.98 1999.5 1,5 1.5 6.30
6,30 12.59 12,59 12.123 12,123 0.10 0,10 0.123 0,123 1.2.3 24.00 00.30 00,30 00:30
"""


def normal(token: str) -> str:
    """A token as lexemes are compared: lower case, blanks stripped, dashes and apostrophes of one kind."""
    return _folded(token.strip())


def _folded(body: str) -> str:
    """:func:`normal` of a token without blanks."""
    word = body.lower()
    return word if word.isascii() else word.translate(_NORMAL)


class Lexicon:
    """The words of a pack. ``used`` are the classes that its patterns name, ``literals`` the words that they quote.

    ``symbols`` maps sets of classes to symbols and ``classes`` back; ``values[class]`` maps a normal lexeme to its value;
    ``sequences[class]`` are lexemes of several tokens. ``plain`` is a table for ``str.translate`` that makes symbols one which differ only
    in classes that no pattern looks at.
    """

    def __init__(self, pack: TimePack, used: set[str], literals: set[str]) -> None:
        self.pack = pack
        self.used = frozenset(used | CONTEXT | pack.triggers | {*SIGNALS})
        self.numbers = _number_words(pack)
        words = tuple(lexeme for table in pack.words.values() for lexeme in table) if pack.settings.get("spaceless") else ()
        self.token_pattern = token_pattern(words)
        self.values: dict[str, dict[str, str]] = {}
        self.sequences: dict[str, list[tuple[str, ...]]] = {}
        self._counted = self.used | {"amount"}
        self._year_prefixes = frozenset(map(str.lower, pack.settings.get("year_prefixes", ())))
        self._endings = [(tense, tuple(pack.settings.get(f"{tense}_suffixes", ()))) for tense in ("past", "future")]
        self._anycase: dict[str, set[str]] = {literal: {"=" + literal} for literal in literals}
        self._capital: dict[str, set[str]] = {}
        self._add_lexemes()
        sets = {self.classes_of(sample) for sample in self._samples()} | {frozenset(), frozenset({"amount"})}
        matched = used | pack.triggers
        plain = {classes: frozenset(name for name in classes if name in matched or name[0] == "=") for classes in sets}
        self.symbols = {
            classes: chr(0xE000 + place) for place, classes in enumerate(sorted(sets | {*plain.values()}, key=sorted))
        }
        self.classes = {symbol: classes for classes, symbol in self.symbols.items()}
        self.plain = {ord(self.symbols[classes]): self.symbols[reduced] for classes, reduced in plain.items()}
        self._unknown: dict[str, str] = {}
        self._having: dict[str, str] = {}
        for symbol, classes in self.classes.items():
            for name in classes:
                self._having[name] = self._having.get(name, "") + symbol
        self.memo = Memo(self.symbol, half=1 << 15)
        """Token to symbol."""

    def _add_lexemes(self) -> None:
        """Single-token lexemes by class; lexemes of several tokens as sequences of literal words."""
        for name, table in self.pack.words.items():
            values = self.values.setdefault(name, {})
            for lexeme, value in table.items():
                tokens = [normal(token) for token in self.token_pattern.findall(lexeme) if token.strip()]
                values[" ".join(tokens)] = value
                if len(tokens) > 1:
                    self.sequences.setdefault(name, []).append(tuple(tokens))
                    for token in tokens:
                        self._anycase.setdefault(token, set()).add("=" + token)
                elif tokens:
                    home = self._capital if lexeme[0].isupper() else self._anycase
                    home.setdefault(tokens[0], set()).add(name)

    def _samples(self) -> Iterator[str]:
        """Tokens that between them have every set of classes that a token can have."""
        yield from ("", "\n\n", "x", "X", "§", *_NUMBER_SAMPLES.split())
        yield from (prefix.upper() + digits for prefix in self._year_prefixes for digits in ("2013", "13"))
        yield from map(str, range(1000, 2500, 10))  # what a year is changes with no other digit
        for suffix in frozenset[str]().union(*self.numbers[:4]):
            for number in ("1", "12", "13", "24", "31", "40", "90", "990", "1990", "1991", "123", "10:30", "10.30"):
                yield number + suffix
        yield from (f"{hour}{letter}{rest}" for letter in self.numbers.hours for hour in (1, 13, 24) for rest in ("", "30"))
        for word in {*self._anycase, *self._capital}:
            yield from (word, word.capitalize(), word.upper())
        yield from ("xxxxx" + ending for _, endings in self._endings for ending in endings)

    def classes_of(self, token: str) -> frozenset[str]:
        """The classes of a token, so far as patterns name them."""
        body = token.strip()
        if not body:
            return frozenset({"stop"}) if token.count("\n") > 1 else frozenset()
        first = body[0]
        if first.isdecimal():
            return (number_classes(body, self.numbers) & self._counted) | self._anycase.get(body.lower(), frozenset())
        word = _folded(body)
        known = self._anycase.get(word, frozenset[str]())
        if first.isupper():
            known = known | self._capital.get(word, frozenset())
        known = known | self._coded(word)
        return self._kept(known) | self._shapes(first, word, known)

    def _coded(self, word: str) -> frozenset[str]:
        """The class of a fiscal year that is written in one with its letters ("FY2013")."""
        letters = word.rstrip("0123456789")
        digits = len(word) - len(letters)
        if digits not in (2, 4) or letters not in self._year_prefixes:
            return frozenset()
        return frozenset({"coded" if digits == 4 else "coded2"})

    def _shapes(self, first: str, word: str, known: Set[str]) -> frozenset[str]:
        """The classes of form of a word: its first letter, its ending, and whether the pack knows it."""
        if first.isupper():
            return self.used & ({"Cap"} if known else {"Cap", "Name"})
        if not first.isalpha():
            return self.used & {"sym"}
        return self.used & {"low", "" if known else "plain", "" if known & CUES else self._tense(word)}

    def _tense(self, word: str) -> str:
        """The tense that the ending of a word tells, as far as it tells one."""
        if len(word) > 4:
            for tense, endings in self._endings:
                if word.endswith(endings):
                    return tense
        return ""

    def _kept(self, classes: Set[str]) -> frozenset[str]:
        """Those that patterns name."""
        return frozenset(name for name in classes if name in self.used or name[0] == "=") if classes else frozenset()

    def symbol(self, token: str) -> str:
        """The symbol of a token; of classes that were not foreseen together, those of the foreseen set that has most of them."""
        body = token.strip()
        first = body[:1]
        if not first or first.isdecimal() or body[-1].isdecimal():
            return self._nearest(self.classes_of(token))
        word = _folded(body)
        if word in self._anycase or (word in self._capital and first.isupper()):
            return self._nearest(self.classes_of(token))
        # most words of a text are in no pack: then form and ending say all
        form = "Cap" if first.isupper() else "low" + self._tense(word) if first.isalpha() else "sym"
        symbol = self._unknown.get(form)
        if symbol is None:
            symbol = self._unknown[form] = self._nearest(self._shapes(first, word, frozenset()))
        return symbol

    def _nearest(self, classes: frozenset[str]) -> str:
        known = self.symbols.get(classes)
        if known is None:
            nearest = max((seen for seen in self.symbols if seen <= classes), key=lambda seen: (len(seen), sorted(seen)))
            known = self.symbols[nearest]
        return known

    def having(self, name: str) -> str:
        """All symbols of a class (or ``=word``), as one string."""
        return self._having.get(name, "")


def _number_words(pack: TimePack) -> NumberWords:
    def letters(name: str) -> frozenset[str]:
        return frozenset(map(str.lower, pack.settings.get(name, ())))

    return NumberWords(
        letters("ordinals"), letters("decades"), letters("meridiems"), letters("hours"), pack.settings.get("decimal", ".")
    )
