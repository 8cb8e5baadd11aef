"""What a waiting person is told, and where."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from corridorsim.experiment import Ahead, Bar, Lines, Progress, Quiet, for_stderr, spoken

BY_PACE = " by the pace of kept runs"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (45, "45 s"), (89.4, "89 s"), (540, "9 min"), (5340, "89 min"), (7800, "2 h 10 min")],
)
def test_durations_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (Ahead(80, 20, 0, 1080, 2), "60 runs to do, 20 found in the store; about 9 min on 2 workers" + BY_PACE),
        (Ahead(60, 0, 0, None, 2), "60 runs to do; how long it takes is told after the first"),
        (Ahead(20, 20, 0, None, 2), "all 20 runs found in the store"),
        (Ahead(3, 2, 0, 30, 8), "1 run to do, 2 found in the store; about 30 s on one worker" + BY_PACE),
        (Ahead(4, 0, 0, 60, None), "4 runs to do; about 60 s on one worker" + BY_PACE),
        (
            Ahead(4, 0, 4, 60, 2),
            "4 runs to do (4 with drawn inputs are looked up as they come); about 30 s on 2 workers" + BY_PACE,
        ),
    ],
)  # fmt: skip
def test_what_is_to_be_done_is_said_beforehand(ahead: Ahead, words: str) -> None:
    assert str(ahead) == words


def tell(progress: Progress) -> None:
    """Four runs on two workers: one found, one failed, one lost and tried again."""
    with progress:
        progress.begin(Ahead(5, 1, 1, None, 2))
        progress.opened(2)
        progress.found("a, replication 0")
        for number in (1, 2, 3):
            progress.started(f"a, replication {number}")
        progress.finished("a, replication 1", 100.0)
        progress.lost("a, replication 2")
        progress.failed("a, replication 3", "reduce: no sense")
        progress.started("a, replication 2")
        progress.finished("a, replication 2", 100.0)


def test_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Lines(every_s=0))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "4 runs to do, 1 found in the store (1 with drawn inputs are looked up as they come); how long it takes is told"
        " after the first",
        "1 of 3 runs done, 2 running, about 2 min left",
        "a worker died with a, replication 2; the run is tried again",
        "failed: a, replication 3: reduce: no sense",
        "1 of 3 runs done, 1 failed, about 2 min left",
        "2 of 3 runs done, 1 failed in 1 s",
    ]


def test_lines_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(every_s=60)
    lines.begin(Ahead(100, workers=1))
    for number in range(100):
        lines.started(str(number))
        lines.finished(str(number), 0.1)
    assert capsys.readouterr().err.splitlines()[1:] == ["100 of 100 runs done in 1 s"]


def test_a_command_may_have_several_parts(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(every_s=0)
    for _ in range(2):
        with lines:
            lines.begin(Ahead(1, workers=1))
            lines.started("a")
            lines.finished("a", 0.1)
    assert capsys.readouterr().err.splitlines()[2:] == [
        "1 run to do; how long it takes is told after the first",
        "1 of 1 runs done in 1 s",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    bar = for_stderr(quiet=False)
    assert isinstance(bar, Bar)
    with bar:
        bar.begin(Ahead(5, 1, 0, 240, 2))
        bar.opened(2)
        assert bar.words == "0 running, about 2 min left"
        for number in (1, 2, 3):
            bar.started(str(number))
        assert bar.words.startswith("2 running")
        bar.finished("1", 100.0)
        bar.failed("2", "simulate: stuck")
        assert bar.words == "1 running, 1 failed, about 2 min left"
    with bar:  # the next part of the command
        bar.begin(Ahead(2, workers=1))
        assert bar.words == "0 running"
    told = stderr.getvalue()
    assert "3/5" in told
    assert "failed: 2: simulate: stuck" in told
    assert "about 2 min on 2 workers" in told


@pytest.mark.parametrize("of", [lambda: for_stderr(quiet=True), Quiet])
def test_quiet_says_nothing(of: Callable[[], Progress], capsys: pytest.CaptureFixture[str]) -> None:
    tell(of())
    assert capsys.readouterr() == ("", "")


def test_plain_lines_where_stderr_is_no_terminal() -> None:
    assert isinstance(for_stderr(quiet=False), Lines)
