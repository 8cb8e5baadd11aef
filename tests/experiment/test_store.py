"""Finished runs on disk: whole or not there, and never another's."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from corridorsim.experiment import Store, StoreError, sources_hash, write_whole

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


@pytest.mark.parametrize("body", [b"", b"no gzip", gzip.compress(b'{"key": '), gzip.compress(b"[1, 2]")])
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
