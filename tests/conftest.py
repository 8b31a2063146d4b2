"""Fixtures that several files share."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1280,1400",
)  # fmt: skip


_LONG = ("server", "slow")
"""Marks of tests that take long, longest first."""


def pytest_collection_modifyitems(items):
    """Files that take long begin first: the last of them would else run alone while the other processes have nothing left to do."""
    rank = dict.fromkeys((item.path for item in items), len(_LONG))
    for item in items:
        marks = [place for place, mark in enumerate(_LONG) if item.get_closest_marker(mark)]
        rank[item.path] = min(rank[item.path], *marks, len(_LONG))
    items.sort(key=lambda item: rank[item.path])


@pytest.fixture(scope="session")
def chromium():
    """A real headless Chromium; skips, saying so, where none is installed."""
    binary, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    if not binary or not driver:
        pytest.skip("no chromium and chromedriver on this machine")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()
