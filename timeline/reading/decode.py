"""From bytes to text: a byte order mark first, then UTF-8, then what was declared, then detection."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Recoded", "decode", "encoding_of", "wide_encoding"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
              "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874"}  # fmt: skip
"""Charset names as browsers read them (WHATWG Encoding Standard): the declared name often means its superset."""


def decode(data: bytes, declared: str | None = None, *, partial: bool = False) -> str:
    """The text of ``data``, without its byte order mark. Never fails: what no encoding explains becomes U+FFFD.

    Valid UTF-8 is taken for UTF-8 whatever was ``declared`` (text in another encoding is hardly ever valid UTF-8). ``partial``:
    the data may be cut within a character.
    """
    encoding = encoding_of(data, declared, partial=partial)
    if encoding == "utf-8" and partial:
        return data.decode("utf-8", "ignore" if _cut(data) else "replace")
    return data.decode(encoding, "replace").removeprefix("\ufeff")


def encoding_of(data: bytes, declared: str | None = None, *, partial: bool = False) -> str:
    """The Python name of the encoding that ``data`` is most probably in."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        (data[:-4] if partial and len(data) > 8 else data).decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        if partial and error.start >= len(data) - 8:
            return "utf-8"
    wide = _wide(data)
    if wide:
        return wide
    if _mostly_utf8(data):
        return "utf-8"
    known = _known(declared)
    if known and (known.startswith("utf-8") or _fits(data, known)):
        return known
    return _detect(data)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, if that is what ``head`` is the beginning of: such streams are recoded before they are split at line ends."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    return marked if marked and marked != "utf-8-sig" else _wide(head) if marked is None else None


class Recoded(io.RawIOBase):
    """A stream of text in ``encoding``, as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream, self._decoder = stream, codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        while not self._ready:
            data = self._stream.read(1 << 15)
            self._ready = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            if not data:
                break
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _cut(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 4
    return False


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 3 > len(sample) and min(even, odd) * 20 < len(sample):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _mostly_utf8(data: bytes) -> bool:
    """A stray byte in a long UTF-8 text does not make it another encoding: hardly any non-ASCII sequence may be broken."""
    text = data[: 1 << 20].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - broken
    return broken * 20 < good


def _known(name: str | None) -> str | None:
    if not name:
        return None
    name = name.strip().strip("\"'").lower()
    try:
        info = codecs.lookup(_WEB_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    return (
        info.name
        if info._is_text_encoding and info.name not in {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"}
        else None
    )


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeDecodeError, UnicodeError):
        return data[: 1 << 16].decode(name, "replace").count("\ufffd") * 100 < len(data[: 1 << 16])
    return True


def _detect(data: bytes) -> str:
    """resiliparse's guess, right in every one of 19 encodings tried but Korean, which it takes for UTF-8; charset-normalizer's there."""
    from resiliparse.parse.encoding import detect_encoding

    sample = data[: 1 << 16]
    guess = _known(detect_encoding(sample))
    if guess and guess not in ("utf-8", "ascii"):
        return guess
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=["cp949", "cp932", "gb18030", "big5", "cp1251", "cp1252"]).best()
    return (best and _known(best.encoding)) or "cp1252"
