"""Compressed streams: gzip, bzip2, xz, zstd, lz4, taken off as the bytes come, with a stop for bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Uncompressed", "uncompressed"]

_ALWAYS = 256 << 20
_RATIO = 200
"""Beyond 256 MB, more than 200 bytes out for one in is a bomb: text compresses five- to twenty-fold."""


class _Counted(io.RawIOBase):
    """Bytes as they are read from ``stream``, counted."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)


class Uncompressed(io.RawIOBase):
    """Plain bytes of a compressed stream. Damage ends the stream early and is kept in ``damage``, so that what came before it is read."""

    def __init__(self, packed: _Counted, plain: BinaryIO) -> None:
        self._packed, self._plain = packed, plain
        self._read_some = getattr(plain, "read1", plain.read)
        self._count = 0
        self.damage: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        if self.damage is not None:
            return 0
        try:
            data = self._read_some(min(len(view), 1 << 16))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
            self.damage = f"damaged compressed data: {' '.join(str(error).split())[:120]}"
            return 0
        view[: len(data)] = data
        self._count += len(data)
        if self._count > _ALWAYS and self._count > _RATIO * self._packed.count:
            self.damage = f"compressed more than {_RATIO} times: refused as a bomb"
        return len(data)


def uncompressed(stream: BinaryIO, kind: str) -> Uncompressed:
    """The plain bytes of ``stream``, which is compressed by ``kind`` (gzip, bzip2, xz, zstd, lz4)."""
    packed = _Counted(stream)
    buffered = io.BufferedReader(packed, 1 << 16)
    if kind == "gzip":
        plain = cast(BinaryIO, gzip.GzipFile(fileobj=buffered))
    elif kind == "bzip2":
        plain = cast(BinaryIO, bz2.BZ2File(buffered))
    elif kind == "xz":
        plain = cast(BinaryIO, lzma.LZMAFile(buffered))  # noqa: SIM115 - handed on
    else:
        import pyarrow as pa

        plain = cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(buffered, "r"), kind))
    return Uncompressed(packed, plain)
