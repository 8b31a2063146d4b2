"""The pattern language of ``time.toml``: parsing, and translation into a regular expression over class symbols.

Every token of a text becomes one character that stands for the set of classes the token has, so that a pattern over classes is a
regular expression over those characters (see ``timeline.language.packs`` for the notation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Capture", "Node", "PatternError", "Piece", "Translation", "classes_in", "names_in", "parse", "translate"]

_LEXER = re.compile(r"\s*(?:(\(\?<?[!=])|('[^']+'|\"[^\"]+\")|(@?\w+)|([(){}|?*:<>]))")
_MOST = 6  # repetitions of "*": bounded, so that cost stays linear


class PatternError(ValueError):
    """A pattern that cannot be read."""


class Node(NamedTuple):
    """A piece of a pattern: ``kind`` is seq, alt, class, word, slot, part, opt, star or look."""

    kind: str
    value: str = ""
    children: tuple[Node, ...] = ()


class Capture(NamedTuple):
    """A slot of a pattern: the group that holds it and the classes its tokens may be looked up in."""

    group: str
    slot: str
    classes: tuple[str, ...]


class _Parser:
    """Recursive descent over the lexemes of one pattern."""

    def __init__(self, text: str, macros: Mapping[str, str], depth: int, known: dict[str, Node]) -> None:
        self.text, self.macros, self.depth, self.known = text, macros, depth, known
        self.lexemes: list[str] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            found = _LEXER.match(text, position)
            if not found:
                raise PatternError(f"cannot read {text[position:]!r} in {text!r}")
            self.lexemes.append(found[0].strip())
            position = found.end()
        self.at = 0

    def peek(self) -> str:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else ""

    def take(self, expected: str = "") -> str:
        lexeme = self.peek()
        if not lexeme or (expected and lexeme != expected):
            raise PatternError(f"expected {expected or 'more'} at {lexeme or 'the end'!r} in {self.text!r}")
        self.at += 1
        return lexeme

    def alternatives(self) -> Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.take()
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Node("alt", children=tuple(branches))

    def sequence(self) -> Node:
        items = []
        while self.peek() not in ("", "|", ")", "}", ">"):
            item = self.atom()
            if self.peek() in ("?", "*"):
                item = Node({"?": "opt", "*": "star"}[self.take()], children=(item,))
            items.append(item)
        return items[0] if len(items) == 1 else Node("seq", children=tuple(items))

    def atom(self) -> Node:
        lexeme = self.take()
        if lexeme == "(":
            inner = self.alternatives()
            self.take(")")
            return inner
        if lexeme.startswith("(?"):
            inner = self.alternatives()
            self.take(")")
            return Node("look", lexeme, (inner,))
        if lexeme == "<":
            inner = self.alternatives()
            self.take(">")
            return Node("part", children=(inner,))
        if lexeme == "{":
            return self.slot()
        if lexeme[0] in "'\"":
            return Node("word", lexeme[1:-1].lower())
        if lexeme[0] == "@":
            return self.macro(lexeme[1:])
        if lexeme[0].isalnum() or lexeme[0] == "_":
            return Node("class", lexeme)
        raise PatternError(f"{lexeme!r} out of place in {self.text!r}")

    def slot(self) -> Node:
        name = self.take()
        inner = Node("class", name)
        if self.peek() == ":":
            self.take()
            inner = self.alternatives()
        self.take("}")
        return Node("slot", name, (inner,))

    def macro(self, name: str) -> Node:
        if name not in self.macros:
            raise PatternError(f"no macro @{name}, used in {self.text!r}")
        if self.depth > 12:
            raise PatternError(f"macro @{name} uses itself")
        if name not in self.known:
            self.known[name] = parse(self.macros[name], self.macros, self.depth + 1, self.known)
        return self.known[name]


def parse(text: str, macros: Mapping[str, str], depth: int = 0, known: dict[str, Node] | None = None) -> Node:
    """The tree of a pattern, macros replaced by their trees, which are kept in ``known``. Raises :class:`PatternError`."""
    parser = _Parser(text, macros, depth, {} if known is None else known)
    tree = parser.alternatives()
    if parser.peek():
        raise PatternError(f"{parser.peek()!r} out of place in {text!r}")
    return tree


def names_in(trees: Iterable[Node]) -> tuple[set[str], set[str]]:
    """Names of the classes and literal words that trees use."""
    named: dict[str, set[str]] = {"class": set(), "word": set()}
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        if node.kind in named:
            named[node.kind].add(node.value)
        waiting += node.children
    return named["class"], named["word"]


def classes_in(node: Node) -> set[str]:
    """Names of the classes that a tree uses."""
    return names_in([node])[0]


@dataclass(slots=True)
class Translation:
    """A pattern as a regular expression: ``source``, the symbols it can begin with, its slots, its parts.

    ``second`` are the symbols that may come next, ``single`` says whether one token can be all. Of each set in ``needs`` a match must hold
    a symbol.
    """

    source: str
    first: frozenset[str]
    second: frozenset[str] = frozenset()
    single: bool = False
    needs: tuple[frozenset[str], ...] = ()
    captures: list[Capture] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    behind: list[frozenset[str]] = field(default_factory=list)
    """Sets of symbols that are looked for behind a place."""


class Piece(NamedTuple):
    """A translated node: source (``None``: can never match), first symbols, whether it may be empty, what a match must hold.

    ``second`` and ``single`` as in :class:`Translation`; both may say more than can be, never less.
    """

    source: str | None
    first: frozenset[str] = frozenset()
    empty: bool = False
    needs: tuple[frozenset[str], ...] = ()
    second: frozenset[str] = frozenset()
    single: bool = False


_NEVER = Piece(None)


class _Translator:
    def __init__(self, expand: Callable[[str], list[list[str]]], known: dict[str, Piece]) -> None:
        self.expand, self.known = expand, known
        self.result = Translation("", frozenset())
        self.kinds: dict[str, Callable[[Node], Piece]] = {
            "seq": self.seq, "alt": self.alt, "class": self.symbols, "word": self.symbols, "slot": self.slot,
            "part": self.part, "opt": self.repeat, "star": self.repeat, "look": self.look,
        }  # fmt: skip

    def piece(self, node: Node) -> Piece:
        return self.kinds[node.kind](node)

    def symbols(self, node: Node) -> Piece:
        """A class or word: one set of symbols, or sequences of sets for lexemes of several words."""
        name = node.value if node.kind == "class" else "=" + node.value
        if name not in self.known:
            self.known[name] = self.lexemes(name)
        return self.known[name]

    def lexemes(self, name: str) -> Piece:
        """The lexemes of a class as a regular expression."""
        sequences = [sequence for sequence in self.expand(name) if all(sequence)]
        if not sequences:
            return _NEVER
        sources = ["".join(f"[{re.escape(chars)}]" for chars in sequence) for sequence in sequences]
        first = frozenset("".join(sequence[0] for sequence in sequences))
        second = frozenset("".join(sequence[1] for sequence in sequences if len(sequence) > 1))
        single = any(len(sequence) == 1 for sequence in sequences)
        source = sources[0] if len(sources) == 1 else f"(?:{'|'.join(sources)})"
        return Piece(source, first, needs=(first,), second=second, single=single)

    def seq(self, node: Node) -> Piece:
        pieces = [self.piece(child) for child in node.children]
        if any(piece.source is None for piece in pieces):
            return _NEVER
        source = "".join(piece.source or "" for piece in pieces)
        needs = tuple(need for piece in pieces for need in piece.needs)
        first, second, empty, single = frozenset[str](), frozenset[str](), True, False
        for piece in pieces:
            second |= (piece.first if single else frozenset()) | (piece.second if empty else frozenset())
            first |= piece.first if empty else frozenset()
            single = (single and piece.empty) or (empty and piece.single)
            empty = empty and piece.empty
        return Piece(source, first, empty, needs, second, single)

    def alt(self, node: Node) -> Piece:
        pieces = [piece for piece in map(self.piece, node.children) if piece.source is not None]
        if not pieces:
            return _NEVER
        first = frozenset[str]().union(*(piece.first for piece in pieces))
        narrow = [min(piece.needs, key=len, default=frozenset[str]()) for piece in pieces]
        needs = (frozenset[str]().union(*narrow),) if all(narrow) else ()
        source = f"(?:{'|'.join(piece.source or '' for piece in pieces)})"
        second = frozenset[str]().union(*(piece.second for piece in pieces))
        return Piece(source, first, any(piece.empty for piece in pieces), needs, second, any(piece.single for piece in pieces))

    def slot(self, node: Node) -> Piece:
        group = f"g{len(self.result.captures)}"
        self.result.captures.append(Capture(group, node.value, tuple(sorted(classes_in(node.children[0])))))
        piece = self.piece(node.children[0])
        return piece if piece.source is None else piece._replace(source=f"(?P<{group}>{piece.source})")

    def part(self, node: Node) -> Piece:
        group = f"p{len(self.result.parts)}"
        self.result.parts.append(group)
        piece = self.piece(node.children[0])
        return piece if piece.source is None else piece._replace(source=f"(?P<{group}>{piece.source})")

    def repeat(self, node: Node) -> Piece:
        piece = self.piece(node.children[0])
        if piece.source is None:
            return Piece("", empty=True)
        if node.kind == "opt":
            return Piece(f"(?:{piece.source})?", piece.first, True, second=piece.second, single=piece.single)
        second = piece.second | (piece.first if piece.single else frozenset())
        return Piece(f"(?:{piece.source}){{0,{_MOST}}}", piece.first, True, second=second, single=piece.single)

    def behind(self, node: Node) -> Piece:
        """Before a place only one token can be looked at: of a lexeme of several words the last."""
        if node.kind == "alt":
            pieces = [self.behind(child) for child in node.children]
            chars = "".join(sorted(frozenset[str]().union(*(piece.first for piece in pieces))))
        elif node.kind in ("class", "word"):
            name = node.value if node.kind == "class" else "=" + node.value
            chars = "".join(sequence[-1] for sequence in self.expand(name) if all(sequence))
        else:
            raise PatternError(f"only classes and words may be looked for behind, not {node.kind}")
        return Piece(f"[{re.escape(chars)}]", frozenset(chars)) if chars else _NEVER

    def look(self, node: Node) -> Piece:
        if node.value.startswith("(?<"):
            piece = self.behind(node.children[0])
            self.result.behind.append(piece.first)
        else:
            piece = self.piece(node.children[0])
        if piece.source is None:  # what can never match forbids nothing, and can never be required
            return Piece("", empty=True) if node.value.endswith("!") else _NEVER
        return Piece(f"{node.value}{piece.source})", empty=True)


def translate(tree: Node, expand: Callable[[str], list[list[str]]], known: dict[str, Piece] | None = None) -> Translation | None:
    """A tree as a regular expression over symbols; ``None`` where it can never match.

    ``expand(class name or "=word")`` gives its lexemes as sequences of sets of symbols (strings of characters); what became of each is
    kept in ``known``.
    """
    translator = _Translator(expand, {} if known is None else known)
    piece = translator.piece(tree)
    if piece.source is None or piece.empty:
        return None
    result = translator.result
    present = set(re.findall(r"\(\?P<(\w+)>", piece.source))
    result.captures = [capture for capture in result.captures if capture.group in present]
    result.parts = [part for part in result.parts if part in present]
    result.source, result.first, result.needs = piece.source, piece.first, piece.needs
    result.second, result.single = piece.second, piece.single
    return result
