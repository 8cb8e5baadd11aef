"""The site builds without a warning, and no page of it asks another host for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .pages import DOCS, NAMES

ROOT = DOCS.parent
#: element -> the attribute by which a browser fetches something by itself
FETCHING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
#: links of a page's head that are read, not fetched
READ_ONLY = {"canonical", "index", "search", "next", "prev", "author", "copyright"}

pytestmark = pytest.mark.skipif(
    not (ROOT / "scenarios").is_dir(), reason="the site is built from the source tree, of which a part is away"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(folder / "trees"), "-b", "html"]
    built = subprocess.run([*words, str(DOCS), str(folder / "html")], capture_output=True, text=True, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    assert not built.stderr.strip(), built.stderr
    return folder / "html"


class Fetched(HTMLParser):
    """What a browser gets by itself as it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(FETCHING.get(tag, ""))
        if address and not (tag == "link" and given.get("rel") in READ_ONLY):
            self.addresses.append(address)


def test_every_page_is_there(site: Path) -> None:
    for name in NAMES:
        assert (site / f"{name}.html").is_file(), name


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = []
    for page in site.rglob("*.html"):
        parser = Fetched()
        parser.feed(page.read_text(encoding="utf-8"))
        fetched += parser.addresses
    assert len(fetched) > 20
    assert [address for address in fetched if re.match(r"\w+:|//", address) and not address.startswith("data:")] == []
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name


def test_links_of_the_readme_lead_somewhere() -> None:
    readme = ROOT / "README.md"
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", readme.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("http")]
    assert len(local) > 5
    for link in local:
        assert (ROOT / link).exists(), link
