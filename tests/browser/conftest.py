"""A real browser: Chromium, headless. Without one the tests skip, but in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from ..reports import Reported

#: no request of the browser's own, and no sandbox, which needs rights that a container does not give
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
#: of a machine that is busy with other things too
PATIENCE_MS = 180_000
WIDE, NARROW = ViewportSize(width=1400, height=900), ViewportSize(width=400, height=800)


@dataclass
class Opened:
    """A page, and what it asked for and complained of. ``asked``: addresses other than its own file."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing = "chromium is not installed"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS, timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def wide(browser: Browser, reported: Reported) -> Iterator[Opened]:
    """The report on a desk."""
    yield from opened(browser, reported.report.path, WIDE)


@pytest.fixture(scope="module")
def narrow(browser: Browser, reported: Reported) -> Iterator[Opened]:
    """The report on a phone."""
    yield from opened(browser, reported.report.path, NARROW)


def opened(browser: Browser, file: Path, size: ViewportSize) -> Iterator[Opened]:
    """A page that has drawn all that it shows."""
    context = browser.new_context(viewport=size, accept_downloads=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    made = Opened(context.new_page())

    def asked(request: Request) -> None:
        if request.url != file.as_uri() and not request.url.startswith(("data:", "blob:")):
            made.asked.append(request.url)

    def complained(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            made.complaints.append(message.text)

    made.page.on("request", asked)
    made.page.on("console", complained)
    made.page.on("pageerror", lambda fault: made.complaints.append(str(fault)))
    made.page.goto(file.as_uri())
    made.page.wait_for_selector("html[data-ready=yes]", state="attached")
    yield made
    context.close()
