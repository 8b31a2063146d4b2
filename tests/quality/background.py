"""Writes ``timeline/merging/background.json.gz``: how common words are in news, for word weights that no collection changes.

Usage: python -m tests.quality.background ARTICLES.jsonl[.gz] …   (rows with ``text`` and ``lang``)

Only counts leave the texts: in how many articles of a language a word (folded, cut as :mod:`timeline.merging.words` does) stands,
as classes of ``round(4 ln(articles / count))``; a word that several languages share takes its commonest. Function words come from
jusText's stop lists (BSD licence), a dependency of trafilatura.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import justext

from timeline.merging.words import BACKGROUND, cut, words

LANGUAGES = {
    "af": "Afrikaans", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "eo": "Esperanto", "es": "Spanish",
    "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic",
    "it": "Italian", "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese",
}  # fmt: skip
FEWEST_ARTICLES, FEWEST_COUNT, LONGEST_LIST, LONGEST_TEXT = 200, 6, 350, 6000


def main(paths: list[str]) -> None:
    """Counts, classes, writes."""
    stop = {code: sorted({cut(word) for word in _stoplist(name)}) for code, name in LANGUAGES.items()}
    articles: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in map(Path, paths):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                articles[row["lang"]] += 1
                counts[row["lang"]].update({cut(word) for _, word in words(row["text"][:LONGEST_TEXT])})
    classes: dict[str, int] = {}
    for lang, total in articles.items():
        if total >= FEWEST_ARTICLES:
            for word, count in counts[lang].items():
                if count >= FEWEST_COUNT and not word.isdigit():
                    known = round(4 * math.log(total / count))
                    classes[word] = min(known, classes.get(word, known))
    grouped: dict[int, list[str]] = defaultdict(list)
    for word in sorted(classes):
        grouped[classes[word]].append(word)
    table = {"stop": {k: " ".join(v) for k, v in stop.items()}, "rare": {str(k): " ".join(v) for k, v in sorted(grouped.items())}}
    data = gzip.compress(json.dumps(table, ensure_ascii=False).encode(), 9, mtime=0)
    BACKGROUND.write_bytes(data)
    print(f"{BACKGROUND.name}: {len(classes)} words, {len(stop)} stop lists, {len(data)} bytes")


def _stoplist(name: str) -> list[str]:
    by_length = sorted(justext.get_stoplist(name), key=lambda word: (len(word), word))
    return by_length[:LONGEST_LIST]


if __name__ == "__main__":
    main(sys.argv[1:])
