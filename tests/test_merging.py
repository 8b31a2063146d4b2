"""Merging: the calls that the builder makes, end to end on a few made-up articles."""

from __future__ import annotations

from datetime import datetime

from timeline import merging
from timeline.interval import Granularity, day_interval
from timeline.records import Article, Extraction, Mention, Published

DAY = datetime(2014, 5, 7)


def extraction(article_id: str, sentence: str, day: datetime = DAY) -> Extraction:
    article = Article(article_id, sentence, title=sentence, source=f"{article_id}.example", published=Published(day))
    trigger = sentence.split()[1]
    start = sentence.index(trigger)
    mention = Mention(
        start,
        start + len(trigger),
        trigger,
        (0, len(sentence)),
        interval=day_interval(day.date()),
        granularity=Granularity.DAY,
        grounded=True,
        date_basis="full_date",
        summary=sentence,
        block="lead",
    )
    return Extraction(article, mentions=[mention])


def build(extractions: list[Extraction]) -> tuple[list[merging.Merged], dict[str, tuple[str, ...]]]:
    profiles = {e.article.article_id: merging.Profile.from_bytes(merging.profile(e).to_bytes()) for e in extractions}
    copies = merging.duplicates(profiles.values())
    by_id = {e.article.article_id: e for e in extractions}
    merged = []
    for hood in merging.neighbourhoods(profiles.values(), copies):
        members = [
            merging.Member(merging.mention_id(a, by_id[a].mentions[i]), a, i, by_id[a].mentions[i]) for a, i in hood.members
        ]
        facts = {
            a: merging.Facts(profiles[a], by_id[a].article.source, by_id[a].article.published.utc, copies.get(a))
            for a, _ in hood.members
        }
        merged.append(merging.merge(members, facts))
    return merged, merging.headline_events(h for m in merged for h in m.headlines)


def test_the_calls_of_a_build_fit_together() -> None:
    merged, headlines = build([extraction("a", "Rebels left the town."), extraction("b", "Rebels left the town.")])
    [event] = [event for part in merged for event in part.events]
    assert event.article_ids == ("a", "b")
    assert headlines == {"a": (event.event_id,), "b": (event.event_id,)}
