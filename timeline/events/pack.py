"""``events.toml`` of a language.

=============== ===========================================================================================================
``model``       the weights in ``events/weights`` that read the language, where there are any
``[signals.B]`` words before a time expression that make a bound of it. B says what becomes of its interval ``[start, end)``:
                ``within``; ``from_start`` (since); ``to_end`` (by, until: the time itself is inside); ``to_start`` (before);
                ``from_end`` (after); ``throughout``. ``relation`` is the TLINK, ``extent`` the extent. ``… an`` stands behind the
                expression, ``von … an`` around it
``[words]``     ``between_signal_and_time``, ``possessive``, ``back`` (the last two weeks), ``stops`` (nothing governs across them),
                ``not_until`` (signals before which what is denied comes about: not until May), ``opening`` (of clauses: when, who), ``when`` (tells of time without naming one: already, once)
                what an expression dates not: ``measures`` (2004 levels), ``changes`` counted ``of_origin`` (5 percent from 2014), ``looking``
                (ahead to June), verbs ``deferring`` it (put off until June); clauses that keep their own dates: ``relative_things`` (that, which),
                ``relative_moment`` (when, of a date), ``ever_since``, ``fronting`` (of a clause before another), ``borders`` (of sentences
                written as one), ``about`` (what is only spoken of: like the 2006 war); verbs that tell another event: ``light`` (held), ``befalling``
                (of which only the subject happens: followed), not ``ending`` (it was before); ``passive`` (got elected), ``joining`` (participles that tell nothing: compared)
``[status]``    base forms or words that govern: ``negators``, ``denying`` (failed to), ``planning`` (scheduled to), ``possible``
                (may, hope to), ``ongoing`` (continue to), ``conditional`` (if; taken back by ``even``), ``future`` (will), ``ahead`` (upcoming);
                what denies: ``nobodies`` (no flights), ``not_only``, ``disclaiming`` (deny) with ``complement`` (that), ``was`` or ``unmet``
                (should) with ``perfect`` (have)
``[triggers]``  for languages without a model (:mod:`timeline.events.worded`). ``words.TENSE``: words that name events; by their ending
                ``verb_endings`` (past), ``future_endings``, ``present_endings``, ``participle_endings`` (of words that begin with
                ``verb_starts``, or hold ``participle_infix``), ``bare_participle_endings`` (of any), ``infinitive_endings``, ``noun_endings`` but ``never_endings``, ``no_noun_endings`` (of words
                that take no part), ``adverb_endings``; ``never``; ``auxiliaries``, of them ``perfect`` (has); ``verb_final``
                (whether the clause ends with its verb); ``openers`` and ``relatives`` of clauses; ``infinitive`` (its mark);
                ``attached`` (between a noun and its date: of); ``carriers`` (verbs that only carry a noun: hold)
=============== ===========================================================================================================
"""

from __future__ import annotations

from functools import cache
from typing import Any

from timeline.language.files import primary, read_pack

__all__ = ["event_pack"]


@cache
def event_pack(lang: str) -> dict[str, Any]:
    """``events.toml`` of a language; that of ``und`` where it has none."""
    return read_pack(primary(lang), "events") or read_pack("und", "events") or {}
