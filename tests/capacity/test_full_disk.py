"""``capacity`` when the disk is full."""

from __future__ import annotations

from pathlib import Path

from ..faults.commands import call, kept


def test_a_folder_that_cannot_be_written_holds_nothing(folder: Path) -> None:
    words = ("capacity", "s0", folder / "line.yaml", "--days", 2, "--replications", 1, "--executor", "serial")
    code, out, err = call(*words, "--out", "full", "--quiet", cwd=folder, largest_file=12_000)
    assert (code, out) == (1, "")
    (written,) = (folder / "full").glob("capacity-*")
    # before it the first start on a machine may tell of other files, such as a cache of fonts
    assert err.endswith(f"full/{written.name}/string-line.png: File too large\n")
    assert list(written.iterdir()) == []
    assert kept(folder / "full")
