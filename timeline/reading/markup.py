"""From a cleaned element tree to text with blocks: paragraphs parted by a blank line, each with its kind."""

from __future__ import annotations

import re

from lxml.etree import LxmlError, _Element

from timeline.records import Block, BlockKind

__all__ = ["text_of", "text_of_fragment"]

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font hi i ins kbd mark q ref s samp small span strike strong sub sup time tt u var wbr".split()
)
_SKIPPED = frozenset(
    "script style noscript template iframe object svg form button input select textarea nav graphic img video audio figure-x".split()
)
_CONTEXT: dict[str, BlockKind] = {
    "quote": "quote",
    "blockquote": "quote",
    "list": "list",
    "ul": "list",
    "ol": "list",
    "figcaption": "caption",
}
_CLASSES: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
    (re.compile(r"caption|media__src|img-?credit|image-?credit|photo-?credit|wp-caption", re.IGNORECASE), "caption"),
    (
        re.compile(
            r"newsletter|subscri|cookie|share-|social|related|promo|advert|disclaimer|permission|copyright", re.IGNORECASE
        ),
        "boilerplate",
    ),
    (re.compile(r"byline|author-(?:name|bio|info|line)|article-author", re.IGNORECASE), "byline"),
    (
        re.compile(
            r"standfirst|strapline|teaser|-lead(?![a-z])|lead-?text|text-lead|__intro|article-intro|summary|subtitle|subheadline|dek\b",
            re.IGNORECASE,
        ),
        "lead",
    ),
)
"""What class names commonly say about a paragraph."""
_MAX_NESTING = 200


def text_of(root: _Element) -> tuple[str, list[Block]]:
    """The text below ``root`` and its blocks; what is not known to be something else is ``body``.

    Takes HTML trees as well as trafilatura's (``p``, ``head``, ``list``/``item``, ``quote``, ``lb``, ``row``/``cell``).
    """
    writer = _Writer()
    writer.element(root, "body", 0)
    writer.close("body")
    return "\n\n".join(writer.paragraphs), writer.blocks


class _Writer:
    """Collects paragraphs: inline text is gathered until a block element begins or ends."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.blocks: list[Block] = []
        self._pending: list[str] = []
        self._length = 0

    def element(self, element: _Element, kind: BlockKind, depth: int) -> None:
        """The element's text and, recursively, its children's; the tail belongs to the caller."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED or depth > _MAX_NESTING:
            return
        if tag in ("br", "lb"):
            self._pending.append("\n")
            return
        inline = tag in _INLINE
        if not inline:
            self.close(kind)
            kind = _CONTEXT.get(tag) or _kind_by_class(element) or kind
        if element.text:
            self._pending.append(element.text)
        for child in element:
            self.element(child, kind, depth + 1)
            if child.tail:
                self._pending.append(child.tail)
        if tag in ("td", "th", "cell"):
            self._pending.append(" ")
        if not inline:
            self.close(kind)

    def close(self, kind: BlockKind) -> None:
        """End the paragraph that is being gathered, if there is one."""
        if not self._pending:
            return
        lines = (" ".join(line.split()) for line in "".join(self._pending).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._pending.clear()
        if text:
            start = self._length + (2 if self.paragraphs else 0)
            self._length = start + len(text)
            self.paragraphs.append(text)
            self.blocks.append(Block(kind, start, self._length))


def _kind_by_class(element: _Element) -> BlockKind | None:
    about = element.get("class")
    if not about or element.tag in ("body", "html", "main", "article"):
        return None
    return next((kind for pattern, kind in _CLASSES if pattern.search(about)), None)


def text_of_fragment(html: str) -> tuple[str, list[Block]]:
    """The text and blocks of a piece of HTML (a feed entry, a mail); plain text passes through."""
    from lxml.html import fragment_fromstring

    html = html.replace("\0", "")
    if "<" not in html and "&" not in html:
        return html.strip(), []
    try:
        root = fragment_fromstring(html, create_parent="div")
    except (LxmlError, ValueError, AssertionError):
        return "", []
    return text_of(root)
