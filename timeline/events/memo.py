"""Answers to one question about words, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["Memo"]

T = TypeVar("T")
_REMEMBERED = 100_000


class Memo(dict[str, T]):
    """Word → answer: ``known`` ones and those worked out so far; forgets the latter where they grow too many."""

    def __init__(self, known: Mapping[str, T], work_out: Callable[[str], T]) -> None:
        super().__init__(known)
        self.known, self.work_out = known, work_out

    def __missing__(self, word: str) -> T:
        if len(self) > _REMEMBERED:
            self.clear()
            self.update(self.known)
        answer = self[word] = self.work_out(word)
        return answer
