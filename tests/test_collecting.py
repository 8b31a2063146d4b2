"""Collecting from a real server on loopback: nothing is lost, nobody is bothered, nothing of this machine is reachable."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tests.newsroom import Newsroom, dripping, dripping_headers, endless
from timeline import reading
from timeline.collecting import (
    Fetcher,
    FetchError,
    Manners,
    Memory,
    RawStore,
    Source,
    SourcesError,
    collect_source,
    forget_pages,
    load_sources,
)
from timeline.collecting.discover import DiscoveryError, listing
from timeline.collecting.fetch import Fetched
from timeline.collecting.guard import is_public
from timeline.collecting.memory import TRIES
from timeline.records import Article, Issue
from timeline.settings import Settings

NOW = datetime(2014, 5, 7, 12, tzinfo=UTC)
QUICK = Manners(delay=0.0, back_off=0.01, timeout=2, deadline=3, attempts=3, allow_hosts=("127.0.0.1",), refetch_hours=1)


@pytest.fixture
def room():
    with Newsroom() as newsroom:
        yield newsroom


class Clock:
    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at


@pytest.fixture
def collect(tmp_path):
    clock = Clock()

    def run(source, manners=QUICK, hours=0, sleep=lambda _: None):
        clock.at += timedelta(hours=hours)
        memory = Memory(tmp_path / "memory.sqlite")
        source = replace(source, manners=manners)
        with Fetcher(manners, clock, sleep=sleep) as fetcher, RawStore(tmp_path, f"run-{clock.at:%H%M%S}", clock.at) as store:
            result = collect_source(source, fetcher, memory, store, clock)
        memory.close()
        return result

    return run


def kept(folder):
    """URL, status and body of every record."""
    found = []
    for path in sorted(folder.glob("*/*.warc.gz")):
        with path.open("rb") as stream:
            found += [
                (r.rec_headers.get_header("WARC-Target-URI"), int(r.http_headers.get_statuscode()), r.content_stream().read())
                for r in ArchiveIterator(stream)
                if r.rec_type == "response"
            ]
    return found


def test_a_feed_becomes_raw_pages_by_day(room, collect, tmp_path):
    room.page("/a", title="One")
    room.page("/b", title="Two")
    room.feed("/feed", "/a", "/b", "/a#again")
    result = collect(Source("news", "feed", f"{room.url}/feed"))
    assert (result.listed, result.fetched, result.issues) == (3, 2, [])
    assert {url for url, _, _ in kept(tmp_path)} == {f"{room.url}/a", f"{room.url}/b"}
    assert [path.parent.name for path in tmp_path.glob("*/*.warc.gz")] == ["2014-05-07"]
    assert all(agent.startswith("event-timeline") for agent in room.agents)


def test_a_second_run_asks_only_whether_the_feed_changed(room, collect, tmp_path):
    room.page("/a", ETag='"1"')
    room.feed("/feed", "/a", ETag='"f"')
    source = Source("news", "feed", f"{room.url}/feed")
    collect(source)
    again = collect(source, hours=0.5)
    assert (again.listed, again.fetched) == (0, 0)
    assert room.hits["/a"] == 1
    assert len(kept(tmp_path)) == 1


def test_a_correction_is_found_though_the_feed_is_unchanged_or_lists_the_page_no_more(room, collect, tmp_path):
    room.page("/a", title="First")
    room.page("/b", title="Second")
    room.feed("/feed", "/a", "/b", ETag='"f"')
    source = Source("news", "feed", f"{room.url}/feed")
    collect(source)
    room.page("/a", title="Corrected")
    assert collect(source, hours=2).fetched == 1
    room.feed("/feed", "/b", ETag='"g"')
    room.page("/a", title="Corrected again")
    assert collect(source, hours=2).fetched == 1
    assert len(kept(tmp_path)) == 4


def test_a_page_that_failed_is_had_later_though_the_feed_moved_on(room, collect):
    room.pages["/a"] = (500, {}, b"")
    room.feed("/feed", "/a", ETag='"f"')
    source = Source("news", "feed", f"{room.url}/feed")
    assert len(collect(source).issues) == 1
    asked = room.hits["/a"]
    assert (collect(source, hours=0.5).issues, room.hits["/a"]) == ([], asked)  # not asked again so soon
    room.feed("/feed", ETag='"g"')
    room.page("/a")
    assert collect(source, hours=1).fetched == 1


def test_an_index_that_did_not_change_hides_no_sitemap_that_did(room, collect):
    source = Source("news", "sitemap", f"{room.url}/index.xml")
    room.page("/a")
    room.page("/b")
    room.sitemap("/index.xml", "/news.xml", index=True)
    room.pages["/index.xml"][1]["ETag"] = '"1"'
    room.sitemap("/news.xml", "/a")
    assert collect(source).fetched == 1
    room.sitemap("/news.xml", "/a", "/b")
    assert collect(source, hours=1).fetched == 1


def test_a_page_that_keeps_failing_is_asked_for_ever_more_seldom(room, collect):
    room.pages["/a"] = (404, {}, b"")
    room.feed("/feed", "/a")
    asked = []
    for _ in range(8):
        collect(Source("news", "feed", f"{room.url}/feed"), hours=1)
        asked.append(room.hits["/a"])
    assert asked == [1, 2, 2, 3, 3, 3, 3, 4]  # after an hour, two more, four more


def _answer(body, **headers):
    return Fetched("https://a.example/", 200, "OK", [*headers.items()], body, NOW)


def test_what_could_not_be_synced_leaves_nothing_in_the_file(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    with RawStore(tmp_path, "run", NOW) as store:
        store.keep([_answer(b"first")])
        with monkeypatch.context() as patched:
            patched.setattr("timeline.collecting.warc.os.fsync", full)
            with pytest.raises(OSError, match="space"):
                store.keep([_answer(b"lost")])
        store.keep([_answer(b"second")])
    assert [body for _, _, body in kept(tmp_path)] == [b"first", b"second"]


def test_a_body_is_kept_as_it_is_though_it_came_in_chunks(tmp_path):
    body = b"5\r\nhello\r\n0\r\n\r\n"  # the chunks of the transfer are undone already; this is the page
    with RawStore(tmp_path, "run", NOW) as store:
        store.keep([_answer(body, **{"Transfer-Encoding": "chunked"})])
    assert [kept_body for _, _, kept_body in kept(tmp_path)] == [body]


def test_a_page_that_is_never_there_is_given_up(room, collect):
    room.feed("/feed", "/gone", ETag='"f"')
    source = Source("news", "feed", f"{room.url}/feed")
    for _ in range(10):
        collect(source, hours=48)
    assert room.hits["/gone"] == TRIES


def test_what_one_run_may_not_fetch_waits_for_the_next(room, collect, tmp_path):
    for number in range(5):
        room.page(f"/{number}")
    room.feed("/feed", *(f"/{number}" for number in range(5)), ETag='"f"')
    source = Source("news", "feed", f"{room.url}/feed")
    manners = replace(QUICK, max_new=2)
    assert [(r.fetched, r.waiting) for r in (collect(source, manners, hours=0.1) for _ in range(3))] == [(2, 3), (2, 1), (1, 0)]
    assert len(kept(tmp_path)) == 5


def test_a_source_that_takes_too_long_is_left_for_the_next_run(room, collect):
    for number in range(4):
        room.page(f"/{number}")
    manners = replace(QUICK, source_minutes=0.0)
    source = Source("list", "urls", urls=tuple(f"{room.url}/{number}" for number in range(4)))
    clock = iter(NOW + timedelta(seconds=second) for second in range(1000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clock, "__call__", lambda self: next(clock))
        result = collect(source, manners)
    assert (result.fetched, result.waiting) == (0, 4)


def test_pictures_and_archives_are_no_pages(room, collect, tmp_path):
    room.pages["/a"] = (200, {"Content-Type": "image/jpeg"}, b"\xff\xd8")
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)))
    assert "image/jpeg" in result.issues[0].reason
    assert kept(tmp_path) == []


def test_a_corrected_page_is_kept_again_and_an_unchanged_one_is_not(room, collect, tmp_path):
    room.page("/a", title="First", ETag='"1"')
    room.page("/b", title="Still")
    room.feed("/feed", "/a", "/b")
    source = Source("news", "feed", f"{room.url}/feed")
    collect(source)
    room.page("/a", title="Corrected", ETag='"2"')
    again = collect(source, hours=2)
    assert (again.fetched, again.unchanged) == (1, 1)
    assert [b"Corrected" in body for url, _, body in kept(tmp_path) if url.endswith("/a")] == [False, True]


def test_a_page_is_left_alone_once_it_is_old(room, collect):
    room.page("/a")
    room.feed("/feed", "/a")
    source = Source("news", "feed", f"{room.url}/feed")
    collect(source)
    collect(source, hours=24 * 3)
    assert room.hits["/a"] == 1


def test_sitemap_indexes_gzip_and_language_versions(room, collect):
    room.page("/new")
    room.page("/old")
    room.sitemap("/map-new.xml.gz", "/new", packed=True)
    room.sitemap("/map-old.xml", "/old")
    room.sitemap("/index.xml", "/map-new.xml.gz", "/map-old.xml", "/missing.xml", index=True)
    result = collect(Source("maps", "sitemap", f"{room.url}/index.xml"))
    assert result.fetched == 2
    assert [issue.input for issue in result.issues] == [f"{room.url}/missing.xml"]
    assert "404" in result.issues[0].reason


def test_what_could_not_be_had_is_read_with_what_was(room, collect, tmp_path):
    room.page("/a", title="One")
    room.feed("/feed", "/a", "/gone")
    found = collect(Source("news", "feed", f"{room.url}/feed")).issues
    failed = collect(Source("none", "feed", f"{room.url}/none"), hours=1).issues
    read = list(reading.read([str(tmp_path / "2014-05-07")], Settings()))
    assert [(issue.stage, issue.input, issue.reason) for issue in read if isinstance(issue, Issue)] == [
        ("collect", issue.input, issue.reason) for issue in (*found, *failed)
    ]
    assert [item.title for item in read if isinstance(item, Article)] == ["One"]


def test_redirects_are_kept_and_bounded(room, collect, tmp_path):
    room.page("/end")
    room.pages["/one"] = (301, {"Location": "/two"}, b"")
    room.pages["/two"] = (302, {"Location": "/end"}, b"")
    room.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    room.pages["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    urls = tuple(f"{room.url}/{path}" for path in ("one", "loop", "file"))
    result = collect(Source("list", "urls", urls=urls))
    assert result.fetched == 1
    assert [status for _, status, _ in kept(tmp_path)] == [301, 302, 200]
    reasons = {issue.input.rsplit("/", 1)[-1]: issue.reason for issue in result.issues}
    assert "more than 5 redirects" in reasons["loop"]
    assert "not the web" in reasons["file"]


@pytest.mark.parametrize(
    ("status", "headers", "answers", "fetched"),
    [
        (503, {}, 1, True),
        (429, {"Retry-After": "7"}, 2, True),
        (429, {"Retry-After": "Wed, 07 May 2014 12:00:09 GMT"}, 1, True),
        (503, {}, 9, False),
        (429, {"Retry-After": "86400"}, 1, False),
        (404, {}, 1, False),
    ],
)
def test_what_may_pass_is_tried_again_as_long_as_asked(room, collect, status, headers, answers, fetched):
    waits = []

    def moody(handler):
        return (status, headers, b"") if room.hits["/a"] <= answers else (200, {}, b"<html><p>Here at last.</p></html>")

    room.pages["/a"] = moody
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)), sleep=waits.append)
    assert bool(result.fetched) is fetched
    assert bool(result.issues) is not fetched
    if fetched and headers:
        assert max(waits) >= (7 if headers["Retry-After"] == "7" else 9)


@pytest.mark.parametrize(("body", "reason"), [(endless, "more than"), (dripping, "not finished")])
def test_endless_and_dripping_bodies_end(room, collect, body, reason):
    room.pages["/a"] = body
    manners = Manners(delay=0, timeout=2, deadline=0.5, max_bytes=1_000_000, attempts=1, allow_hosts=("127.0.0.1",))
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)), manners)
    assert reason in result.issues[0].reason


def test_headers_that_never_end_end_at_the_deadline(room, collect):
    room.pages["/a"] = dripping_headers
    manners = Manners(delay=0, timeout=2, deadline=0.5, attempts=3, allow_hosts=("127.0.0.1",))
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)), manners)
    assert "not finished after 0.5 s" in result.issues[0].reason
    assert room.hits["/a"] == 1


def test_robots_txt_is_obeyed(room, collect):
    room.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private\n")
    room.page("/private/a")
    room.page("/public")
    result = collect(Source("list", "urls", urls=(f"{room.url}/private/a", f"{room.url}/public")))
    assert (result.fetched, room.hits["/private/a"]) == (1, 0)
    assert "robots.txt forbids" in result.issues[0].reason


@pytest.mark.parametrize(("status", "visits"), [(500, 0), (429, 0), (404, 1), (403, 1)])
def test_a_host_that_cannot_say_its_rules_is_left_alone_one_that_has_none_is_not(room, collect, status, visits):
    room.pages["/robots.txt"] = (status, {}, b"")
    room.page("/a")
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)))
    assert (result.fetched, room.hits["/a"]) == (visits, visits)


def test_the_delay_that_robots_txt_asks_for_is_kept(room, collect):
    room.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 7\n")
    waits = []
    for number in range(2):
        room.page(f"/{number}")
    collect(Source("list", "urls", urls=tuple(f"{room.url}/{number}" for number in range(2))), sleep=waits.append)
    assert max(waits) > 6


def test_a_host_that_asks_for_rest_is_left_alone_by_everybody(room):
    waits = []
    room.pages["/a"] = lambda handler: (429, {"Retry-After": "60"}, b"") if room.hits["/a"] == 1 else (200, {}, b"here")
    with Fetcher(QUICK, Clock(), sleep=waits.append) as fetcher:
        fetcher.get(f"{room.url}/a")
    assert sum(wait > 50 for wait in waits) == 2  # who was told, and the door that all go through


def test_visits_to_a_host_keep_their_distance(room, collect):
    for number in range(3):
        room.page(f"/{number}")
    waits = []
    manners = Manners(delay=5, timeout=2, allow_hosts=("127.0.0.1",))
    collect(Source("list", "urls", urls=tuple(f"{room.url}/{number}" for number in range(3))), manners, sleep=waits.append)
    assert len(waits) == 3  # four visits, the first to robots.txt
    assert max(waits) > 10


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/a", "http://localhost:{port}/a", "http://[::1]:{port}/a", "http://0.0.0.0:{port}/a", "http://10.0.0.1/",
     "http://169.254.169.254/latest/meta-data", "http://192.168.1.1/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]:{port}/a", "http://2130706433:{port}/a"],
)  # fmt: skip
def test_nothing_private_is_reachable_unless_allowed_by_name(room, url):
    room.page("/a")
    port = room.url.rsplit(":", 1)[1]
    with (
        Fetcher(Manners(delay=0, attempts=1, timeout=2), Clock(), sleep=lambda _: None) as fetcher,
        pytest.raises(FetchError) as refused,
    ):
        fetcher.get(url.format(port=port))
    assert sum(room.hits.values()) == 0
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("100.64.0.1", False), ("169.254.169.254", False),
     ("224.0.0.1", False), ("0.0.0.0", False), ("::1", False), ("fe80::1%eth0", False), ("fd12::1", False), ("::ffff:10.0.0.1", False),
     ("::127.0.0.1", False), ("64:ff9b::7f00:1", False), ("64:ff9b::8.8.8.8", True), ("2002:7f00:1::", False), ("2001:0:4136:e378:8000:63bf:80ff:fffe", False)],
)  # fmt: skip
def test_public_addresses_are_told_from_others(address, public):
    assert is_public(address) is public


def test_a_redirect_leads_nowhere_private_either(room):
    room.pages["/out"] = (302, {"Location": "http://169.254.169.254/secret"}, b"")
    with Fetcher(QUICK, Clock(), sleep=lambda _: None) as fetcher, pytest.raises(FetchError, match="not a public address"):
        fetcher.get(f"{room.url}/out")


def test_a_gzip_bomb_in_a_feed_is_an_issue(room, collect):
    bomb = gzip.compress(b"<rss>" + b" " * 60_000_000)
    room.pages["/feed"] = (200, {"Content-Encoding": "gzip"}, bomb)
    room.pages["/map"] = (200, {}, bomb)
    manners = Manners(delay=0, max_bytes=1_000_000, allow_hosts=("127.0.0.1",))
    for path in ("/feed", "/map"):
        result = collect(Source(path, "feed", f"{room.url}{path}"), manners)
        assert result.failed
        assert "decompressed" in result.issues[0].reason


def test_a_killed_run_leaves_every_record_before_the_break(room, collect, tmp_path):
    room.page("/a")
    room.page("/b")
    collect(Source("list", "urls", urls=(f"{room.url}/a", f"{room.url}/b")))
    path = next(tmp_path.glob("*/*.warc.gz"))
    path.write_bytes(path.read_bytes()[:-40])
    with path.open("rb") as stream:
        records = iter(ArchiveIterator(stream))
        assert [next(records).rec_type for _ in range(2)] == ["warcinfo", "response"]


def test_forgetting_takes_a_page_out_and_keeps_it_out(room, collect, tmp_path):
    room.page("/a")
    room.page("/b")
    source = Source("list", "urls", urls=(f"{room.url}/a", f"{room.url}/b"))
    collect(source)
    assert forget_pages(tmp_path, {f"{room.url}/a"}) == 1
    memory = Memory(tmp_path / "memory.sqlite")
    memory.forget(f"{room.url}/a", NOW)
    memory.close()
    collect(source, hours=2)
    assert [url for url, _, _ in kept(tmp_path)] == [f"{room.url}/b"]


@pytest.mark.parametrize(
    ("content", "links"),
    [
        (b'{"version":"https://jsonfeed.org/version/1.1","items":[{"url":"https://x.example/1"},{"id":"2"}]}', ["https://x.example/1"]),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/2"/></entry></feed>', ["https://x.example/2"]),
        (b'<rss version="2.0"><channel><item><link>https://x.example/3</link></item><item><link>https://x.exa', ["https://x.example/3"]),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://x.example/4?&x;</loc></url></urlset>', ["https://x.example/4"]),
        (b"<urlset><url><loc>javascript:alert(1)</loc></url><url><loc>/5</loc></url></urlset>", ["https://x.example/5"]),
    ],
)  # fmt: skip
def test_links_come_out_of_what_is_served_even_broken(content, links):
    assert [link.url for link in listing(content, "https://x.example/feed").links] == links


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{", b'{"a": 1}', b"<html><p>404</p></html>", b"\x1f\x8bbroken", b"\x00\x01\x02"]
)
def test_what_is_no_listing_is_refused_in_one_line(content):
    with pytest.raises(DiscoveryError) as refused:
        listing(content, "https://x.example/feed")
    assert "\n" not in str(refused.value)


ADDRESSES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["http://[", "http://[::1", "http://a..b/", "http://\xe9.example/", "http://x:99999/", "http://u:p@x.example/", "//", "http:///p", "?", "http://x\\y/"]),
)  # fmt: skip


PLAIN_FETCHER = Fetcher(Manners(delay=0, attempts=1, timeout=1), Clock(), sleep=lambda _: None)


@given(ADDRESSES)
@settings(max_examples=60, deadline=None)
def test_no_address_breaks_the_collector(address):
    content = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": address}]}).encode()
    listing(content, "https://x.example/feed")
    with pytest.raises(FetchError):
        PLAIN_FETCHER.get(f"http://10.0.0.1/{address}" if "://" not in address else address)


def test_a_redirect_to_no_address_is_an_issue(room, collect):
    room.pages["/a"] = (302, {"Location": "http://[::1"}, b"")
    result = collect(Source("list", "urls", urls=(f"{room.url}/a",)))
    assert result.issues
    assert "\n" not in result.issues[0].reason


def test_entities_do_not_blow_up():
    big = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 100_000 + b'">]>'
    for body in (
        b"<rss version='2.0'><channel><title>" + b"&a;" * 20_000 + b"</title></channel></rss>",
        b"<urlset><url><loc>" + b"&a;" * 20_000 + b"</loc></url></urlset>",
    ):
        with contextlib.suppress(DiscoveryError):
            assert listing(big + body, "https://x.example/feed").links == []


SHARED_FEEDS = Path(__file__).resolve().parents[2] / "shared" / "feeds"


@pytest.mark.parametrize(
    ("name", "links"),
    [("feed.json", 3), ("feed1.atom", 1), ("feed2.rss", 1), ("sitemap.xml", 1), ("sitemap.xml.gz", 1), ("sitemap2.xml", 1), ("sitemap-hreflang.xml", 1)],
)  # fmt: skip
def test_real_feeds_and_sitemaps_give_links(name, links):
    path = SHARED_FEEDS / name
    if not path.exists():
        pytest.skip("../shared/feeds is not here")
    found = listing(path.read_bytes(), "https://x.example/feed")
    assert len(found.links) + len(found.sitemaps) >= links


def test_hreflang_picks_the_language_asked_for():
    content = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:x="http://www.w3.org/1999/xhtml"><url><loc>https://x.example/en</loc>'
        b'<x:link rel="alternate" hreflang="de-ch" href="https://x.example/ch"/><x:link rel="alternate" hreflang="en" href="https://x.example/en"/></url></urlset>'
    )
    assert [link.url for link in listing(content, "https://x.example/", "de").links] == ["https://x.example/ch"]
    assert [link.url for link in listing(content, "https://x.example/", "fr").links] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no [[source]]"),
        ("[[source]]\n", "url must be an http"),
        ('[[source]]\nurl = "ftp://x.example"', "http or https"),
        ('[[source]]\nurl = "https://x.example"\nkind = "blog"', "kind must be one of"),
        ('[[source]]\nurl = "https://x.example"\ncolour = 1', "unknown 'colour'"),
        ('[[source]]\nurl = "https://x.example"\nmatch = "("', "regular expression"),
        ('[manners]\ndelay = "slow"\n[[source]]\nurl = "https://x.example"', "delay must be a number"),
        ('[manners]\nattempts = 0\n[[source]]\nurl = "https://x.example"', "at least 1"),
        ('[[source]]\nkind = "urls"', "needs urls"),
        ('[[source]]\nurl = "https://x.example/1"\n[[source]]\nurl = "https://x.example/2"', "two sources"),
        ("[[source", "sources.toml"),
    ],
)
def test_a_wrong_sources_file_is_told_in_one_line(tmp_path, text, reason):
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(SourcesError) as refused:
        load_sources(path)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_sources_file_is_read_with_its_manners(tmp_path):
    (tmp_path / "list.txt").write_text("# ours\nhttps://x.example/1\n\nhttps://x.example/2\n")
    path = tmp_path / "sources.toml"
    path.write_text(
        '[manners]\ndelay = 3\n[[source]]\nurl = "https://x.example/feed"\n[[source]]\nname = "ours"\nkind = "urls"\nfile = "list.txt"\n'
    )
    feed, ours = load_sources(path, allow_hosts=("127.0.0.1",))
    assert (feed.name, feed.kind, feed.manners.delay, feed.manners.allow_hosts) == ("x.example", "feed", 3.0, ("127.0.0.1",))
    assert ours.urls == ("https://x.example/1", "https://x.example/2")


def test_the_newsroom_itself_answers(room):
    room.page("/a")
    connection = http.client.HTTPConnection(room.url.removeprefix("http://"))
    connection.request("GET", "/a")
    assert connection.getresponse().status == 200
