"""Made-up extractions for tests of merging: short, in our own words, with the dates that extraction would have found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from timeline import merging
from timeline.interval import Granularity, Interval, cover
from timeline.records import Article, Event, Extraction, Mention, Published

__all__ = ["build", "events_of", "facts_of", "grow", "members_of", "tell"]


def tell(
    article_id: str,
    *sentences: tuple[str, str, str | None],
    published: str = "2014-05-09",
    title: str | None = None,
    source: str | None = None,
    lang: str = "en",
    **fields: object,
) -> Extraction:
    """An article of ``(sentence, trigger, date)``: ``2014-05-07``, ``2014-05`` or ``2014``; ``None`` where only the publication dates it.

    The first two sentences are its lead. ``fields`` go into every mention (``status``, ``participants``, …).
    """
    day = datetime.fromisoformat(published)
    text = " ".join(sentence for sentence, _, _ in sentences)
    article = Article(
        article_id, text, title=title, source=source or f"{article_id}.example", lang=lang, published=Published(day)
    )
    mentions, at = [], 0
    for number, (sentence, trigger, when) in enumerate(sentences):
        start = text.index(trigger, at)
        interval, granularity = _interval(when or published[:10])
        mention = Mention(
            start,
            start + len(trigger),
            trigger,
            (at, at + len(sentence)),
            interval=interval,
            granularity=granularity,
            value=when,
            grounded=when is not None,
            date_basis="full_date" if when else "publication",
            summary=sentence,
            block="lead" if number < 2 else "body",
            confidence=0.9,
        )
        for name, value in fields.items():
            setattr(mention, name, value)
        mentions.append(mention)
        at += len(sentence) + 1
    return Extraction(article, mentions=mentions)


def _interval(when: str) -> tuple[Interval, Granularity]:
    parts = [int(part) for part in when.split("-")]
    granularity = (Granularity.YEAR, Granularity.MONTH, Granularity.DAY)[len(parts) - 1]
    return cover(datetime(*[*parts, 1, 1][:3]), granularity), granularity


def facts_of(
    by_id: Mapping[str, Extraction], profiles: Iterable[merging.Profile], copies: Mapping[str, str]
) -> dict[str, merging.Facts]:
    """What merging must know of each article."""
    facts = {}
    for profile in profiles:
        article = by_id[profile.article_id].article
        moment = article.published.utc if article.published else None
        facts[profile.article_id] = merging.Facts(
            profile, article.source, moment, copies.get(profile.article_id), article.title, article.lang
        )
    return facts


def members_of(hood: merging.Neighbourhood, by_id: Mapping[str, Extraction]) -> list[merging.Member]:
    """The members of a neighbourhood, as a builder would hand them over."""
    return [
        merging.Member(merging.mention_id(a, by_id[a].mentions[n]), a, n, by_id[a].mentions[n]) for a, n in reversed(hood.members)
    ]


def build(extractions: Iterable[Extraction]) -> tuple[list[merging.Merged], dict[str, tuple[str, ...]]]:
    """What a builder does: every neighbourhood merged, and each article's headline events."""
    return grow(extractions, {})


def grow(
    extractions: Iterable[Extraction], cache: dict[str, merging.Merged]
) -> tuple[list[merging.Merged], dict[str, tuple[str, ...]]]:
    """As :func:`build`, but only neighbourhoods whose key is not in ``cache`` are merged; it keeps what they gave."""
    by_id = {extraction.article.article_id: extraction for extraction in extractions}
    profiles = [merging.Profile.unpack(merging.profile(extraction).pack()) for extraction in by_id.values()]
    copies = merging.duplicates(profiles)
    facts = facts_of(by_id, profiles, copies)
    merged = []
    for hood in merging.neighbourhoods(profiles, copies):
        if hood.key not in cache:
            cache[hood.key] = merging.merge(members_of(hood, by_id), {a: facts[a] for a, _ in hood.members})
        merged.append(cache[hood.key])
    return merged, merging.headline_events(headline for part in merged for headline in part.headlines)


def events_of(extractions: Iterable[Extraction]) -> list[Event]:
    """All events, most mentions first."""
    merged, _ = build(extractions)
    return sorted((event for part in merged for event in part.events), key=lambda e: (-len(e.mention_ids), e.event_id))
