"""The language of a text: by its script where that settles it, else by py3langid; "undetermined" (``None``) is an answer."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from timeline.language.files import read_pack

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["detect", "is_code", "normal_code"]

_SAMPLE = 1500
"""Characters looked at: measured on news, 1,000 are enough, and a text's beginning is as good as all of it."""
_SURE = 0.8
"""Probability from which an answer is taken as it is; below it the text is short or a table, and rare languages are bad guesses."""
_PLAUSIBLE = 0.05
_SHARE, _GREAT_SHARE, _ASCII = 0.3, 0.45, 1.03
"""Share of function words in a plainly English text, where "the" is the only one of English alone a greater one; how little of it is not
ASCII."""
_LETTERS = 12
"""Letters that a text needs (a third of that in Chinese, Japanese and Korean)."""

_SCRIPTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\uac00-\ud7af]"), "ko"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u10a0-\u10ff]"), "ka"),
    (re.compile("[\u0530-\u058f]"), "hy"),
    (re.compile("[\u1780-\u17ff]"), "km"),
    (re.compile("[\u0e80-\u0eff]"), "lo"),
    (re.compile("[\u0d80-\u0dff]"), "si"),
    (re.compile("[\u0b80-\u0bff]"), "ta"),
    (re.compile("[\u0c00-\u0c7f]"), "te"),
    (re.compile("[\u0c80-\u0cff]"), "kn"),
    (re.compile("[\u0d00-\u0d7f]"), "ml"),
    (re.compile("[\u0a80-\u0aff]"), "gu"),
    (re.compile("[\u0a00-\u0a7f]"), "pa"),
)
"""Scripts that write one language (of those with news); their letters must make up a good part of the text."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")

_NEWS = frozenset(
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn "
    "mr ms mt my nb ne nl nn no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi xh yo zh zu".split()
)
"""Languages that news is commonly written in; an unsure answer is only taken from these."""
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "cmn": "zh", "wuu": "zh", "yue": "zh", "zho": "zh", "pcm": "en", "fil": "tl", "arz": "ar",
         "ary": "ar", "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "nld": "nl", "dut": "nl",
         "pol": "pl", "tur": "tr", "ara": "ar", "jpn": "ja", "kor": "ko", "chi": "zh"}  # fmt: skip
"""Codes by which one language, as far as the packs know it, also goes."""
_NONE = frozenset({"", "und", "zxx", "mul", "mis", "xx"})


def normal_code(code: str | None) -> str | None:
    """The ISO 639 code of a language tag in lower case (``en-GB`` gives ``en``); ``None`` for "undetermined" and what is no code."""
    primary = _primary(code)
    if primary in _NONE or not primary.isascii() or not primary.isalpha() or len(primary) not in (2, 3):
        return None
    return _SAME.get(primary, primary)


def is_code(code: str) -> bool:
    """Whether this names a language, or says that none is known, in the way of language tags."""
    return normal_code(code) is not None or _primary(code) in _NONE


def _primary(code: str | None) -> str:
    return (code or "").strip().replace("_", "-").split("-")[0].lower()


def detect(text: str, title: str | None = None, declared: str | None = None) -> str | None:
    """The language that ``text`` is written in, ``None`` where it cannot be told.

    ``declared`` is what the page or feed calls its language: it decides where the text alone leaves doubt.
    """
    sample = _sample(text, title)
    declared = normal_code(declared)
    letters = len(_LETTER.findall(sample))
    by_script = _by_script(sample, letters)
    if by_script:
        return by_script
    if letters < _LETTERS:
        return declared
    if _plainly_english(sample):
        return "en"
    ranked = _identifier().rank(sample)
    best, probability = ranked[0]
    if probability >= _SURE:
        return normal_code(best)
    if declared:
        return declared
    likely = next(((code, p) for code, p in ranked if normal_code(code) in _NEWS), None)
    return normal_code(likely[0]) if likely and likely[1] >= _PLAUSIBLE else None


def _sample(text: str, title: str | None) -> str:
    """The beginning of the text, after its title where the text is short; links and addresses say nothing of the language."""
    sample = text[:_SAMPLE] if len(text) > 200 or not title else f"{title}\n{text}"[:_SAMPLE]
    return re.sub(r"https?://\S+|\S+@\S+|[\d\W_]{6,}", " ", sample)


def _by_script(sample: str, letters: int) -> str | None:
    for pattern, code in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found >= 4 and found * (10 if code == "ja" else 2) > letters:
            return code
    han = len(_HAN.findall(sample))
    return "zh" if han >= 4 and han * 2 > letters else None


def _plainly_english(sample: str) -> bool:
    """Whether English function words make up a good part of the text: the model, which takes half a second to load, need not be asked."""
    if not sample.isascii() and len(sample.encode()) > len(sample) * _ASCII:
        return False
    words = _WORD.findall(sample.lower())
    own, shared = _function_words()
    telling = sum(word in own for word in words)
    share = (telling + sum(word in shared for word in words)) / max(1, len(words))
    return "the" in words and share >= (_SHARE if telling > 1 else _GREAT_SHARE)


@cache
def _function_words() -> tuple[frozenset[str], frozenset[str]]:
    """Function words of English alone, and those that other languages have too."""
    told = read_pack("en", "reading") or {}
    return frozenset(told["function_words"]["own"]), frozenset(told["function_words"]["shared"])


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid's model, with probabilities that are comparable between texts of different lengths."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
