"""The people of an article while it is read sentence by sentence: their full names, whom a pronoun may mean, who spoke last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["People"]

_STALE = 3
"""Sentences after which nobody is taken for the speaker any more."""


@dataclass(slots=True)
class People:
    """People of an article by their last name, and whom a pronoun may mean."""

    full: dict[str, str] = field(default_factory=dict)
    person: str | None = None
    """Whom the sentences so far leave for "he" and "she"."""
    here: list[tuple[int, str]] = field(default_factory=list)
    """People named in the sentence being read, with the token after each name."""
    continued: bool = False
    """Whether the sentence begins with a pronoun for the person meant so far: it goes on about that one."""
    speaker: str | None = None
    spoken: int = 0
    """How many sentences ago the speaker spoke."""

    def meant(self, token: int) -> str | None:
        """Whom a pronoun at a token means: the one person named before it in its sentence, or else before; ``None`` in doubt."""
        if not any(end <= token for end, _ in self.here):
            return self.person
        return self.named_before(token)

    def named_before(self, token: int) -> str | None:
        """The one person whom the sentence names before a token: "her" of "in her speech, …" may mean one who is named behind it."""
        before = {name for end, name in self.here if end <= token}
        return before.pop() if len(before) == 1 else None

    def pass_over(self, named: Iterable[str]) -> None:
        """A sentence that is not read closely: it only says whom it names."""
        self.spoken += 1
        distinct = set(named)
        if distinct:
            self.person = distinct.pop() if len(distinct) == 1 else None

    def last_speaker(self) -> str | None:
        """Who spoke in the sentences right before."""
        return self.speaker if self.spoken <= _STALE else None
