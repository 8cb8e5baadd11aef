"""The pages of docs/, and the blocks in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corridorsim.cli.new import copy_scenario

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
NAMES = [page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES]

_BLOCK = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w-]+\.(?:yaml|csv))`")
_SHORT = re.compile(r'SHORT="([^"]*)"')


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the line of prose before it, its text, the line on which it begins."""

    language: str
    before: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that the prose before it names, where it is to be saved as one."""
        named = _FILE.findall(self.before)
        return named[-1] if named else None

    @property
    def complete(self) -> bool:
        """Whether it is a whole scenario."""
        return self.language == "yaml" and re.search(r"^schema: 1$", self.text, re.MULTILINE) is not None


@dataclass(frozen=True)
class Command:
    """What is typed after ``corridorsim``, and in a session what was shown for it."""

    words: tuple[str, ...]
    shown: str | None
    line: int


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page, all or those in some languages."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        before = text[: match.start()].rstrip().rpartition("\n")[2]
        found.append(Block(match[1], before, match[2], text.count("\n", 0, match.start()) + 1))
    return [block for block in found if not languages or block.language in languages]


def files(page: Path) -> dict[str, str]:
    """What a page tells to save: file -> text."""
    kept = {}
    for block in blocks(page, "yaml", "csv"):
        if block.complete or block.language == "csv":
            assert block.file, f"{page.name}:{block.line}: the line before the block names its file"
            kept[block.file] = block.text
    return kept


def save_files(page: Path, folder: Path) -> None:
    """The files of a page in a folder; with the shipped ones where it copies them first, else those of all pages."""
    texts = files(page)
    if any("extends: [baseline.yaml" in text for text in texts.values()):
        copy_scenario("baseline", folder)
    else:
        for other in PAGES:
            others = files(other)
            if not any("extends: [baseline.yaml" in text for text in others.values()):
                texts = others | texts
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def commands(page: Path) -> Iterator[Command]:
    """Every call of ``corridorsim`` in the blocks of a page, ``$SHORT`` put in."""
    short = _SHORT.search(page.read_text(encoding="utf-8"))
    for block in blocks(page, "sh", "console"):
        lines = block.text.replace("\\\n", "  ").split("\n")
        for number, line in enumerate(lines):
            if block.language == "console" and not line.startswith("$ "):
                continue
            typed = line.removeprefix("$ ").replace("$SHORT", short[1] if short else "$SHORT")
            words = _called(typed)
            if words is not None:
                shown = _shown(lines[number + 1 :]) if block.language == "console" else None
                yield Command(tuple(words), shown, block.line + number + 1)


def _called(typed: str) -> list[str] | None:
    """The words after ``corridorsim``, without comments, redirections and what follows a pipe."""
    words = shlex.split(typed, comments=True)
    at = next((place for place, word in enumerate(words) if word.rpartition("/")[2] == "corridorsim"), None)
    if at is None or words[:at] not in ([], ["nohup"]):
        return None
    kept: list[str] = []
    for place, word in enumerate(words[at + 1 :], at + 1):
        if word in ("|", "&", "||", "&&"):
            break
        if word not in (">", "2>") and words[place - 1] not in (">", "2>"):
            kept.append(word)
    return kept


def _shown(lines: list[str]) -> str:
    until = next((place for place, line in enumerate(lines) if line.startswith("$ ")), len(lines))
    return "\n".join(lines[:until]).rstrip()
