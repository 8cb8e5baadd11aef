"""The corpus of broken scenarios: files under ``corpus`` named by their fault, and what cannot stand in a repository.

What each is told is in ``corpus/expected.txt``, as ``corridorsim validate`` prints it in the folder of the corpus.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

CORPUS = Path(__file__).with_name("corpus")
EXPECTED = CORPUS / "expected.txt"
LAYER = "schema: 1\nextends: [../good.yaml]\n"
SEGMENTS = "id,from_node,to_node,length_km,freight_speed_kmh,capacity_pairs_per_day,tracks,operator\n"


def in_files() -> list[str]:
    """Broken scenarios of the corpus: ``kind/fault.yaml``. A file with a second dot in its name is part of another."""
    found = (file.relative_to(CORPUS) for file in CORPUS.glob("*/*.yaml"))
    return sorted(file.as_posix() for file in found if "." not in file.stem)


def copied(folder: Path) -> Path:
    """A copy of the corpus, with the scenarios that are made of odd bytes, links and sizes."""
    target = shutil.copytree(CORPUS, folder / "corpus")
    for name, make in MADE.items():
        file = target / name
        file.parent.mkdir(exist_ok=True)
        make(file)
    return target


# --- made, since no repository or editor would keep them --------------------------------------------------------------


def _text(text: str | bytes) -> Callable[[Path], None]:
    return lambda file: _write(file, text)


def _write(file: Path, text: str | bytes) -> None:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def _table(rows: str | bytes, kind: str = "segments") -> Callable[[Path], None]:
    def make(file: Path) -> None:
        _write(file.with_suffix(".csv"), rows)
        _write(file, f"{LAYER}tables: {{{kind}: {file.stem}.csv}}\n")

    return make


def _linked_table(file: Path) -> None:
    outside = file.parents[2] / "outside.csv"
    _write(outside, SEGMENTS + "spur,mine,east,10,50,10,1,RA\n")
    file.with_suffix(".csv").symlink_to(outside)
    _write(file, f"{LAYER}tables: {{segments: {file.stem}.csv}}\n")


def _linked_layer(file: Path) -> None:
    outside = file.parents[2] / "outside.yaml"
    _write(outside, "vessels: {ferry: {port_approach_h: 1}}\n")
    file.with_name("linked.layer.yaml").symlink_to(outside)
    _write(file, "schema: 1\nextends: [../good.yaml, linked.layer.yaml]\n")


def _link_to_itself(file: Path) -> None:
    file.with_suffix(".csv").symlink_to(file.with_suffix(".csv").name)
    _write(file, f"{LAYER}tables: {{segments: {file.stem}.csv}}\n")


def _pipe(file: Path) -> None:
    os.mkfifo(file.with_suffix(".csv"))
    _write(file, f"{LAYER}tables: {{segments: {file.stem}.csv}}\n")


def _folder(file: Path) -> None:
    file.with_suffix(".csv").mkdir()
    _write(file, f"{LAYER}tables: {{segments: {file.stem}.csv}}\n")


def _workbook(file: Path) -> None:
    openpyxl.Workbook().save(file.with_suffix(".csv"))
    _write(file, f"{LAYER}tables: {{segments: {file.stem}.csv}}\n")


def _bomb() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    return "\n".join([*rows, *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]) + "\n"


_ROW = "spur,mine,east,10,50,10,1,RA\n"

#: name -> how it is made
MADE: dict[str, Callable[[Path], None]] = {
    "bytes/nul.yaml": _text(LAYER + "title: Two\0nodes\n"),
    "bytes/escape_sequence.yaml": _text(LAYER + "title: \x1b[31mred\n"),
    "bytes/escaped_escape_sequence.yaml": _text(LAYER + 'title: "\\e]0;owned\\a"\n'),
    "bytes/latin_1.yaml": _text((LAYER + "title: Zwei Hügel\n").encode("latin-1")),
    "bytes/utf_16.yaml": _text((LAYER + "title: Zwei Hügel\n").encode("utf-16")),
    "bytes/cut_off_in_a_letter.yaml": _text((LAYER + "title: Zwei Hü").encode()[:-1]),
    "bytes/second_byte_order_mark.yaml": _text("\ufeff\ufeff" + LAYER),
    "bytes/lone_carriage_returns.yaml": _text((LAYER + "title: [a\n").replace("\n", "\r")),
    "bytes/random.yaml": _text(bytes(range(128, 256)) * 8),
    "bytes/nul_in_a_table.yaml": _table(SEGMENTS + "spur,mine,e\0st,10,50,10,1,RA\n"),
    "bytes/latin_1_table.yaml": _table((SEGMENTS + "spur,mine,east,10,50,10,1,Bahn für Ö\n").encode("latin-1")),
    "bytes/utf_16_table.yaml": _table((SEGMENTS + _ROW).encode("utf-16")),
    "bytes/workbook_named_csv.yaml": _workbook,
    "bombs/aliases.yaml": _text(_bomb()),
    "bombs/deep_lists.yaml": _text("nodes: " + "[" * 5000),
    "bombs/deep_mappings.yaml": _text("nodes: " + "{a: " * 5000),
    "bombs/deep_dashes.yaml": _text("- " * 5000),
    "bombs/many_values.yaml": _text(LAYER + "statuses: [" + "done, " * 20_000 + "]\n"),
    "bombs/many_files.yaml": _text("extends: [" + "../good.yaml, " * 300 + "]\n"),
    "bombs/five_megabytes.yaml": _text(LAYER + "#" * 5_000_000),
    "bombs/one_megabyte.yaml": _text(LAYER + "#" * 1_000_000),
    "bombs/number_of_a_million_digits.yaml": _text(LAYER + f"set: {{vessels.ferry.count: '{'9' * 800_000}x'}}\n"),
    "bombs/key_of_a_megabyte.yaml": _text(LAYER + f"? {'k' * 900_000}\n: 1\n"),
    "bombs/pattern_of_many_stars.yaml": _text(
        LAYER + f"uncertain_groups: {{speeds: {{leaves: ['segments.{'*a' * 60}b.tracks']}}}}\n"
        f"segments: {{{'a' * 150}: {{length_km: 1}}}}\n"
    ),
    "bombs/table_of_five_megabytes.yaml": _table(SEGMENTS + "x" * 5_000_000),
    "bombs/rows.yaml": _table(SEGMENTS + "".join(f"s{n},mine,east,10,50,10,1,RA\n" for n in range(20_000))),
    "bombs/columns.yaml": _table(SEGMENTS.strip() + "".join(f",c{n}" for n in range(100_000)) + "\n"),
    "bombs/cell.yaml": _table(SEGMENTS + "spur,mine,east,10,50,10,1," + "x" * 200_000 + "\n"),
    "bombs/deep_map.yaml": lambda file: (
        _write(file.with_suffix(".geojson"), "[" * 100_000),
        _write(file, LAYER + "set: {geo.land: [deep_map.geojson]}\n"),
    )[1],
    "places/link_out_of_the_tree.yaml": _linked_table,
    "places/layer_linked_out_of_the_tree.yaml": _linked_layer,
    "places/link_to_itself.yaml": _link_to_itself,
    "places/pipe_for_a_table.yaml": _pipe,
    "places/folder_for_a_table.yaml": _folder,
    "places/absolute_path.yaml": _text(LAYER + "tables: {segments: /etc/passwd}\n"),
    "places/device.yaml": _text(LAYER + "tables: {segments: /dev/zero}\n"),
    "places/name_with_a_nul.yaml": _text(LAYER + 'tables: {segments: "a\\0b.csv"}\n'),
    "places/name_too_long.yaml": _text(LAYER + f"tables: {{segments: {'x' * 5000}.csv}}\n"),
}  # fmt: skip


def names() -> list[str]:
    """All of the corpus, by kind and fault."""
    return sorted([*in_files(), *MADE])


def expected() -> dict[str, list[str]]:
    """What each is told, one fault a line."""
    return dict(_told(EXPECTED.read_text(encoding="utf-8")))


def _told(text: str) -> Iterator[tuple[str, list[str]]]:
    for block in text.split("== ")[1:]:
        name, *lines = block.rstrip("\n").split("\n")
        yield name, lines
