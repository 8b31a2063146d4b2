"""Reading inputs: open, uncompress, find out the format, run its reader, finish each draft; every failure becomes an Issue."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from timeline.reading.compressed import Uncompressed, uncompressed
from timeline.reading.decode import Recoded, wide_encoding
from timeline.reading.draft import Draft, ReadingError, Source
from timeline.reading.finish import check, finish
from timeline.reading.order import with_date_order
from timeline.reading.registry import COMPRESSIONS, FORMATS, Format
from timeline.reading.sniff import HEAD, compression, sniff
from timeline.reading.sources import Opener, expand
from timeline.records import Article, Issue
from timeline.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["read"]

_DEPTH = 4
"""Archives and compressions that may stand within each other."""
_ISSUES = 1000
"""Issues of one kind and input that are given one by one; further ones are counted."""
_SPOOL = 32 << 20


def read(inputs: Sequence[str], settings: Settings, openers: Mapping[str, Opener] | None = None) -> Iterator[Article | Issue]:
    """Articles and issues of all ``inputs``, in a fixed order, one at a time.

    ``inputs`` are files, folders (read below, sorted), globs, ``-`` (standard input), or URLs of a scheme in ``openers``. What
    cannot be read becomes an :class:`Issue` that names the input; nothing is raised for bad data. Raises ``ValueError`` where the
    settings ``as_of`` or ``published`` are no dates.
    """
    check(settings)
    for source in expand(inputs, openers):
        if isinstance(source, Issue):
            yield source
        else:
            yield from _limited(_read_source(source, settings, 0))


def _limited(found: Iterator[Article | Issue]) -> Iterator[Article | Issue]:
    """A file of a million broken lines gives a thousand issues and a count, not a million."""
    counts: Counter[str] = Counter()
    last: dict[str, Issue] = {}
    for item in found:
        if isinstance(item, Issue) and item.stage == "read":
            kind = item.reason.split(":")[0]
            counts[kind] += 1
            if counts[kind] > _ISSUES:
                last[kind] = item
                continue
        yield item
    for kind, issue in last.items():
        yield Issue("read", f"{kind}: {counts[kind] - _ISSUES} more like this, up to here", input=issue.input)


def _read_source(source: Source, settings: Settings, depth: int) -> Iterator[Article | Issue]:
    if depth > _DEPTH:
        yield Issue("read", "archives nested too deeply", input=source.name)
        return
    try:
        with source.open() as stream:
            yield from _read_stream(stream, source.name, settings, depth)
    except Exception as error:  # noqa: BLE001 - parsers of foreign formats raise anything on hostile bytes; the next input still comes
        yield Issue("read", f"cannot be read: {_reason(error)}", input=source.name)


def _reason(error: BaseException) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split())[:150] or type(error).__name__


def _read_stream(stream: BinaryIO, name: str, settings: Settings, depth: int) -> Iterator[Article | Issue]:
    """Articles of one stream, its compressions taken off."""
    plain_name = name
    head, stream = _peek(stream)
    layers: list[Uncompressed] = []
    for _ in range(_DEPTH):
        packed = compression(head)
        if packed is None:
            break
        if plain_name.lower().endswith(COMPRESSIONS):
            plain_name = plain_name.rpartition(".")[0]
        layers.append(uncompressed(stream, packed))
        head, stream = _peek(cast(BinaryIO, layers[-1]))
    wide = wide_encoding(head)
    if wide is not None:
        head, stream = _peek(cast(BinaryIO, io.BufferedReader(Recoded(stream, wide), HEAD)))
    kind = sniff(head, plain_name)
    if kind.format is None:
        yield Issue("read", kind.reason, input=name)
    else:
        yield from _or_nothing(_read_format(FORMATS[kind.format], stream, name, settings, depth), name)
    yield from (Issue("read", layer.damage, input=name) for layer in layers if layer.damage)


def _or_nothing(items: Iterator[Article | Issue], name: str) -> Iterator[Article | Issue]:
    """The items, or an Issue where there are none: no input comes to nothing without a word."""
    first = next(items, None)
    yield first if first is not None else Issue("read", "no articles in it", input=name)
    yield from items


class _Rejoined(io.RawIOBase):
    """A stream whose beginning was read already, put together again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        data: bytes | memoryview = self._head[: len(view)] if self._head else self._rest.read(len(view))
        self._head = self._head[len(data) :] if self._head else self._head
        view[: len(data)] = data
        return len(data)


def _peek(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first :data:`HEAD` bytes, however slowly they come, and the stream from its beginning."""
    head = b""
    while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
        head += more
    if _can_seek(stream):
        stream.seek(0)
        return head, stream
    return head, cast(BinaryIO, io.BufferedReader(_Rejoined(head, stream), HEAD))


def _can_seek(stream: BinaryIO) -> bool:
    try:
        return stream.seekable()
    except AttributeError:  # members of a tar archive that is read from front to back
        return False


def _read_format(form: Format, stream: BinaryIO, name: str, settings: Settings, depth: int) -> Iterator[Article | Issue]:
    reader = form.load()
    if not form.seeks:
        yield from _finish_all(reader(stream, name, settings), settings, depth)
        return
    with SpooledTemporaryFile(max_size=_SPOOL) as whole:
        if not _can_seek(stream):
            while block := stream.read(1 << 20):
                whole.write(block)
            whole.seek(0)
        yield from _finish_all(reader(stream if _can_seek(stream) else cast(BinaryIO, whole), name, settings), settings, depth)


def _finish_all(found: Iterator[Draft | Issue | Source], settings: Settings, depth: int) -> Iterator[Article | Issue]:
    for item in with_date_order(found):
        if isinstance(item, Issue):
            yield item
        elif isinstance(item, Source):
            yield from _read_source(item, settings, depth + 1)
        else:
            try:
                article, issues = finish(item, settings)
            except ReadingError as error:
                yield Issue("read", str(error), input=item.where)
                continue
            yield from issues
            yield article
