"""Answers that were worked out once and are kept for as long as they are asked for, in a memory that is bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["Memo", "Recent"]

K = TypeVar("K")
V = TypeVar("V")


class Recent(dict[K, V]):
    """What was asked for lately: some ``half`` to twice as many answers. A look-up of what is not among them raises ``KeyError``.

    Where half of them are new, those that were not asked for meanwhile are forgotten. Text says few things again and again and
    most things once or twice, so what is dear stays; and a look-up that finds its answer costs what one in a dictionary does.
    """

    __slots__ = ("_full", "_known", "_older")

    def __init__(self, half: int, known: Mapping[K, V] | None = None) -> None:
        """``known`` answers stay for good and are not counted."""
        super().__init__(known or {})
        self._known: Mapping[K, V] = known or {}
        self._full = half + len(self._known)
        self._older: dict[K, V] = {}

    def __missing__(self, asked: K) -> V:
        return self.keep(asked, self._older.pop(asked))

    def keep(self, asked: K, answer: V) -> V:
        """Remember an answer, and give it back."""
        if len(self) >= self._full:
            self._age()
        self[asked] = answer
        return answer

    def _age(self) -> None:
        """Forget what is older; what is new is older from now on."""
        self._older = dict(self)
        self.clear()
        self.update(self._known)

    @property
    def held(self) -> int:
        """How many answers are remembered, known ones left out."""
        return len(self) - len(self._known) + len(self._older)


class Memo(Recent[K, V]):
    """Answers to one question: ``work_out`` gives those that are not remembered."""

    __slots__ = ("_work_out",)

    def __init__(self, work_out: Callable[[K], V], known: Mapping[K, V] | None = None, half: int = 1 << 14) -> None:
        super().__init__(half, known)
        self._work_out = work_out

    def __missing__(self, asked: K) -> V:
        if len(self) >= self._full:
            self._age()
        older = self._older
        answer = self[asked] = older.pop(asked) if asked in older else self._work_out(asked)
        return answer
