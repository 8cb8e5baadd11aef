"""Finished runs on disk: whole or not there, and never another's."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corridorsim.experiment import Cost, Store, StoreError, sources_hash, write_whole

VALUE = {"tables": {"years": {"year": [2024], "delivered_mt": [0.1 + 0.2]}}, "none": None}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs", "sources")


def test_what_is_put_is_got_to_the_last_digit(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    assert store.get("abc", 1, 0) == VALUE


@pytest.mark.parametrize("key", [("abd", 1, 0), ("abc", 2, 0), ("abc", 1, 1)])
def test_another_key_finds_nothing(store: Store, key: tuple[str, int, int]) -> None:
    store.put("abc", 1, 0, VALUE)
    assert store.get(*key) is None


def test_other_sources_find_nothing(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    assert Store(store.folder, "other").get("abc", 1, 0) is None


def test_a_run_under_a_wrong_name_is_not_taken(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    store.path("abc", 1, 0).rename(store.path("abc", 1, 5))
    assert store.get("abc", 1, 5) is None


@pytest.mark.parametrize(
    "body", [b"", b"no gzip", gzip.compress(b'{"key": ', mtime=0), gzip.compress(b"[1, 2]", mtime=0)]
)
def test_a_damaged_file_is_as_good_as_none(store: Store, body: bytes) -> None:
    store.put("abc", 1, 0, VALUE)
    store.path("abc", 1, 0).write_bytes(body)
    assert store.get("abc", 1, 0) is None
    store.put("abc", 1, 0, VALUE)
    assert store.get("abc", 1, 0) == VALUE


def test_a_cut_file_is_as_good_as_none(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    path = store.path("abc", 1, 0)
    path.write_bytes(path.read_bytes()[:-9])
    assert store.get("abc", 1, 0) is None


def test_what_json_cannot_hold_is_an_error_and_leaves_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.put("abc", 1, 0, {"x": float("nan")})
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="cannot write to the results folder"):
        Store(tmp_path / "taken" / "runs", "sources")


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    write_whole(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_sources_are_those_of_the_rooms_that_make_figures() -> None:
    assert sources_hash() == sources_hash()
    assert sources_hash() != sources_hash(["corridorsim.analysis"])
    with pytest.raises(ValueError, match="not a package"):
        sources_hash(["json.decoder"])


def test_what_a_run_took_is_kept_beside_it(store: Store) -> None:
    store.put("abc", 1, 3, VALUE, scenario="baseline", cost=Cost(4.0, 5.0, 100.0))
    assert store.get("abc", 1, 3) == VALUE
    (entry,) = store.entries()
    assert (entry.fingerprint, entry.sources, entry.seed, entry.replication) == ("abc", "sources", 1, 3)
    assert (entry.scenario, entry.cost, entry.present) == ("baseline", Cost(4.0, 5.0, 100.0), True)
    assert entry.size == store.path("abc", 1, 3).stat().st_size
    assert abs(entry.written - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_list_holds_all_versions_and_passes_over_what_is_no_run(store: Store) -> None:
    old = Store(store.folder, "old sources")
    old.put("abc", 1, 0, VALUE, scenario="a")
    store.put("abc", 1, 0, VALUE, scenario="a")
    store.put("abd", 1, 0, VALUE, scenario="b")
    store.path("abd", 1, 1).write_bytes(b"no gzip")
    store.path("abd", 1, 2).write_bytes(gzip.compress(b"[1, 2]", mtime=0))
    found = {(entry.scenario, entry.present) for entry in store.entries()}
    assert found == {("a", False), ("a", True), ("b", True)}


def test_clearing_removes_what_was_chosen_and_nothing_else(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    store.put("abc", 1, 1, VALUE)
    store.put("abd", 1, 0, VALUE)
    chosen = [entry for entry in store.entries() if entry.replication == 0]
    assert store.clear(chosen) == (2, sum(entry.size for entry in chosen))
    assert [(entry.fingerprint, entry.replication) for entry in store.entries()] == [("abc", 1)]
    assert not store.path("abd", 1, 0).parent.parent.exists()
    assert store.clear(chosen) == (0, 0)  # another command was first
    store.put("abd", 1, 0, VALUE)
    assert store.get("abd", 1, 0) == VALUE


def test_the_pace_is_the_median_of_the_nearest_kept_runs(store: Store) -> None:
    assert store.pace() is None
    old = Store(store.folder, "old sources")
    old.put("abc", 1, 0, VALUE, cost=Cost(1, 1, 10))
    assert store.pace("abc") == store.pace() == 0.1  # of any version, where there is none of this one
    for number, wall_s in enumerate((2, 3, 40)):
        store.put("abd", 1, number, VALUE, cost=Cost(1, wall_s, 10))
    assert store.pace("abc") == store.pace() == 0.3
    store.put("abc", 1, 0, VALUE, cost=Cost(1, 5, 10))
    assert store.pace("abc") == 0.5
    store.put("abe", 1, 0, VALUE)
    assert store.pace("abe") == 0.4


def test_a_look_at_a_store_makes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs", "sources", create=False)
    assert (list(store.entries()), store.pace(), store.get("abc", 1, 0)) == ([], None, None)
    assert list(tmp_path.iterdir()) == []


def test_leavings_of_killed_processes_are_swept_when_they_are_old(store: Store) -> None:
    store.put("abc", 1, 0, VALUE)
    parts = store.folder / ".parts"
    for name, age_s in (("old", 7200), ("young", 60)):
        part = parts / f".{name}.part"
        part.write_bytes(store.path("abc", 1, 0).read_bytes()[:40])
        os.utime(part, (time.time() - age_s,) * 2)
    again = Store(store.folder, "sources")
    assert [part.name for part in parts.iterdir()] == [".young.part"]
    assert len(list(again.entries())) == 1


FULL = """
import resource, sys
from pathlib import Path
from corridorsim.experiment import Store, StoreError, fixed_case, replicate
from corridorsim.model import build
from corridorsim.scenario import read
from tests.experiment import reducers
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    replicate([fixed_case("ferry", build(read(Path(sys.argv[1]))))], seed=1, replications=20, reduce=reducers.big,
              executor=sys.argv[3], store=Store(Path(sys.argv[2]), "s"))
except StoreError as fault:
    print(fault)
"""


@pytest.mark.parametrize("executor", ["serial", "processes:2"])
def test_a_disk_that_fills_up_keeps_what_is_done(executor: str, ferry_file: Path, tmp_path: Path) -> None:
    """No file may be longer than 20 kB: some runs are smaller, the first that is not ends it with the cause."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", FULL, str(ferry_file), str(tmp_path / "store"), executor]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("cannot keep a run in"), done.stderr
    assert "File too large" in done.stdout
    assert done.stderr == ""
    store = Store(tmp_path / "store", "s")
    kept = list(store.entries())
    assert all(store.get(entry.fingerprint, 1, entry.replication) for entry in kept)
    assert not kept or f"; {len(kept)} of 20 runs are done and kept" in done.stdout
    assert not list((store.folder / ".parts").iterdir())


def test_a_full_disk_is_told_by_its_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match=r"cannot keep a run in .*: No space left on device"):
        store.put("abc", 1, 0, VALUE)
