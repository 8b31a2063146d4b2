"""Reading what people have: formats, cleaning, blocks, language, publication date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from timeline.records import Article, Published
from timeline.settings import Settings


def article_from(document: Mapping[str, Any], settings: Settings, where: str = "") -> Article:
    """An article from one JSON document or table row (``id, url, title, published|dct, lang, text``)."""
    given = document.get("published") or document.get("dct")
    published = None
    if given:
        moment = datetime.fromisoformat(given)
        published = Published(moment.replace(tzinfo=None), None, "time" if len(given) > 10 else "day")
    return Article(str(document.get("id")), document["text"], document.get("title"), document.get("url"), lang=document.get("lang") or "en", published=published, input=where)
