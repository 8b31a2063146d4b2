"""E-mail: one message (``.eml``) or a mailbox (``.mbox``); newsletters and press releases come so."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from typing import BinaryIO

from timeline.reading.blocks import find_blocks
from timeline.reading.decode import decode
from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft
from timeline.reading.lines import bounded_lines
from timeline.reading.markup import text_of_fragment
from timeline.records import Block, Issue
from timeline.settings import Settings

__all__ = ["read"]

_SEPARATOR = re.compile(rb"From \S+.{8,80}\d{4}.{0,8}\r?\n")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of a message or of each message in a mailbox."""
    for number, message in enumerate(_messages(stream), 1):
        here = f"{where}:{number}" if number > 1 else where
        if message is None:
            yield Issue("read", f"message larger than {MAX_DOCUMENT >> 20} MB", input=here)
            continue
        try:
            yield _draft(message, here)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError) as error:
            yield Issue("read", f"message cannot be taken apart: {' '.join(str(error).split())[:100]}", input=here)


def _messages(stream: BinaryIO) -> Iterator[bytes | None]:
    """Messages of a mailbox (each after a ``From `` line that follows a blank line), or the one message; ``None`` for one too large."""
    held: list[bytes] = []
    size, blank = 0, True
    for _, line in bounded_lines(stream):
        if blank and line is not None and _SEPARATOR.fullmatch(line):
            if size:
                yield None if size > MAX_DOCUMENT else b"".join(held)
            held, size = [], 0
        else:
            size += MAX_DOCUMENT + 1 if line is None else len(line)
            if size <= MAX_DOCUMENT and line is not None:
                held.append(line[1:] if line.startswith(b">From ") else line)
        blank = line is not None and not line.strip()
    if size:
        yield None if size > MAX_DOCUMENT else b"".join(held)


def _draft(data: bytes, where: str) -> Draft | Issue:
    message = email.message_from_bytes(data, policy=email.policy.default)
    text, blocks = _text(message)
    if not text.strip():
        return Issue("read", "a message without text", input=where)
    name, address = parseaddr(_header(message, "From") or "")
    draft = Draft(
        text=text, where=where, id=(_header(message, "Message-ID") or "").strip("<> ") or None, title=_header(message, "Subject")
    )
    draft.authors = (name,) if name else ()
    draft.source = address.rpartition("@")[2].lower() or None
    draft.declared_lang = _header(message, "Content-Language")
    if date := _header(message, "Date"):
        draft.dates.append(Dated("metadata", date, "mail"))
    draft.blocks = blocks or _with_signature(text, draft.title)
    return draft


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None


def _text(message: EmailMessage) -> tuple[str, tuple[Block, ...]]:
    """The plain part, or the HTML part as text."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return "", ()
    payload = part.get_payload(decode=True)
    text = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    if part.get_content_type() == "text/html":
        found, blocks = text_of_fragment(text)
        return found, tuple(blocks)
    return text.replace("\r\n", "\n"), ()


def _with_signature(text: str, title: str | None) -> tuple[Block, ...]:
    """The blocks; what stands after ``--`` is the signature, lines that begin with ``>`` are quoted mail."""
    signature = _SIGNATURE.search(text)
    end = signature.start() if signature else len(text)
    blocks = list(find_blocks(text[:end], title, None, titled=True))
    blocks = [block._replace(kind="quote") if text.startswith(">", block.start) else block for block in blocks]
    if signature and text[end:].strip():
        blocks.append(Block("boilerplate", end, len(text.rstrip())))
    return tuple(blocks)
