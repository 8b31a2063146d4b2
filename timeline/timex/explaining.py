"""Why an expression has its value, in words."""

from __future__ import annotations

from timeline.records import Article, Timex

__all__ = ["explain"]

_MODS = {
    "START": "the first part of it", "MID": "the middle of it", "END": "the last part of it", "APPROX": "about that",
    "MORE_THAN": "more than that", "LESS_THAN": "less than that", "EQUAL_OR_MORE": "at least that", "EQUAL_OR_LESS": "at most that",
    "ON_OR_AFTER": "then or later", "ON_OR_BEFORE": "then or earlier", "BEFORE": "before that", "AFTER": "after that",
}  # fmt: skip
_REFERENCES = {"PRESENT_REF": "the present of the text", "PAST_REF": "some time past", "FUTURE_REF": "some time to come"}


def explain(timex: Timex, article: Article) -> str:
    """One sentence on a value: the rule that found it, what it was counted from, and which cue gave the direction."""
    reasons = [_ground(timex, article)]
    if timex.anchor is not None and timex.cue:
        reasons.append(f"its clause speaks of the {timex.cue}, which gives the direction")
    elif timex.anchor == "dct" and timex.cue == "" and timex.type in ("DATE", "TIME"):
        reasons.append("no tense gives a direction, so the nearest is meant, the past before the future")
    if timex.mod:
        reasons.append(f"of which {_MODS.get(timex.mod, timex.mod)}")
    if timex.range_interval is not None:
        reasons.append(f"one end of {' to '.join(str(end) for end in timex.range_interval.iso())}")
    elif timex.range_id is not None:
        reasons.append(f"with others in list {timex.range_id}")
    return f"{timex.text!r} is {timex.type} {timex.value} by rule {timex.rule}: {'; '.join(filter(None, reasons))}."


def _ground(timex: Timex, article: Article) -> str:
    if timex.value in _REFERENCES:
        return f"it names {_REFERENCES[timex.value]}, not a date"
    if timex.type == "DURATION":
        return "it says how long, not when"
    if timex.type == "SET":
        return "it says how often, not when"
    if timex.anchor == "dct" and article.published:
        return f"counted from the publication date {article.published.day.isoformat()} ({article.published.origin})"
    if isinstance(timex.anchor, tuple):
        start, end = timex.anchor
        where = "before" if start < timex.start else "after"
        return f"counted from {article.text[start:end]!r}, told {where} at {start}:{end}"
    return "it names the year itself" if timex.explicit else "it says by itself when it is"
