"""A news site on loopback that behaves well and badly: feeds, sitemaps, pages, redirects, 304, 429, slow and endless bodies."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = (
    '<!doctype html><html lang="en"><head><title>{title}</title>'
    '<meta property="article:published_time" content="{published}"></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>'
)


class Newsroom:
    """``pages`` maps a path to ``(status, headers, body)`` or to a function of the handler; ``hits`` counts requests by path."""

    def __init__(self) -> None:
        self.pages: dict = {}
        self.hits: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.stamps: list[tuple[str, float]] = []
        room = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                room.hits[self.path] += 1
                room.stamps.append((self.path, time.monotonic()))
                room.agents.add(self.headers.get("User-Agent", ""))
                entry = room.pages.get(self.path, (404, {}, b"no such page"))
                if callable(entry):
                    entry = entry(self)
                    if entry is None:
                        return
                status, headers, body = entry
                etag = headers.get("ETag")
                if etag and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def page(
        self,
        path,
        title="Bridge opened",
        text="The bridge opened on Wednesday.",
        published="2014-05-07T10:00:00+00:00",
        **headers,
    ):
        body = PAGE.format(title=title, text=text, published=published).encode()
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8", **headers}, body)

    def feed(self, path, *links, **headers):
        items = "".join(f"<item><title>t</title><link>{self.url}{link}</link></item>" for link in links)
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
        self.pages[path] = (200, {"Content-Type": "application/rss+xml", **headers}, body)

    def sitemap(self, path, *links, index=False, packed=False, lastmod=None):
        kind, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        last = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
        entries = "".join(f"<{inner}><loc>{self.url}{link}</loc>{last}</{inner}>" for link in links)
        body = f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'.encode()
        self.pages[path] = (200, {"Content-Type": "application/xml"}, gzip.compress(body) if packed else body)


def endless(handler):
    """A body that never ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True


def _drip(handler):
    """A byte at a time, until the other side has had enough."""
    try:
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass
    handler.close_connection = True


def dripping(handler):
    """A body that comes a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _drip(handler)


def dripping_headers(handler):
    """Headers that come a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    _drip(handler)
