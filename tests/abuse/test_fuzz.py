"""Whatever stands in a file: it is read or it is told what is wrong. Never a traceback, a hang or a flood of memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from corridorsim.model import build
from corridorsim.scenario import Issue, Issues, read

from . import damage
from .cases import CORPUS
from .guard import guarded

#: each case reads a whole scenario and builds what the engine would see: some 50 ms
LONG = os.environ.get("CORRIDORSIM_LONG") == "1"
#: what is drawn -> (cases each time, cases at length)
TRIED = {
    "a damaged scenario": (50, 500),
    "a damaged table": (50, 500),
    "values that fit and values that do not": (100, 1000),
    "any bytes": (25, 250),
    "any setting": (25, 250),
}


def cases(what: str) -> settings:
    """So many cases; the same ones each time in the quick part and in CI, others each time in the long one."""
    quick, long = TRIED[what]
    return settings(
        max_examples=long if LONG else quick,
        deadline=None,
        derandomize=not LONG or bool(os.environ.get("CI")),
        database=None,
        phases=[Phase.generate],  # a find is told as it was drawn: making it smaller takes minutes
    )


@contextmanager
def scenario() -> Iterator[Path]:
    """A copy of the good scenario, to be damaged."""
    with tempfile.TemporaryDirectory() as folder:
        for file in CORPUS.glob("good*"):
            shutil.copy(file, folder)
        yield Path(folder)


def reads_or_tells(file: Path, *sets: str) -> None:
    """A Blueprint, or issues with places that a line of text can carry."""
    found: tuple[Issue, ...] | None = None
    try:
        with guarded():
            build(read(file, sets=sets))
    except Issues as told:
        found = told.issues
    if found is None:
        return
    assert found
    for issue in found:
        assert issue.line >= 1, issue
        assert issue.column >= 1, issue
        assert issue.message
        assert str(issue).isprintable(), issue
        assert len(str(issue)) < 2_000


damage.leaves()  # once, before anything is timed


@given(st.data())
@cases("a damaged scenario")
def test_a_damaged_scenario(data: st.DataObject) -> None:
    with scenario() as folder:
        file = folder / "good.yaml"
        file.write_bytes(data.draw(damage.damaged(file.read_text(encoding="utf-8"))))
        reads_or_tells(file)


@given(st.data())
@cases("a damaged table")
def test_a_damaged_table(data: st.DataObject) -> None:
    with scenario() as folder:
        table = folder / data.draw(st.sampled_from(damage.TABLES))
        table.write_bytes(data.draw(damage.damaged(table.read_text(encoding="utf-8"))))
        reads_or_tells(folder / "good.yaml")


@given(damage.settings())
@cases("values that fit and values that do not")
def test_values_that_fit_and_values_that_do_not(sets: list[str]) -> None:
    reads_or_tells(damage.GOOD, *sets)


@given(st.binary(max_size=400))
@cases("any bytes")
def test_any_bytes(raw: bytes) -> None:
    with scenario() as folder:
        (folder / "x.yaml").write_bytes(raw)
        (folder / "good_nodes.csv").write_bytes(raw)
        for name in ("x.yaml", "good.yaml"):
            reads_or_tells(folder / name)


@given(st.text(max_size=40))
@cases("any setting")
def test_any_setting(text: str) -> None:
    reads_or_tells(damage.GOOD, text, f"vessels.ferry.count={text}", f"{text}=1")
