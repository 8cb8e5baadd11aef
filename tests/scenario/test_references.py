"""Ids that must exist, targets of changes, and days in order; said at the leaf that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .line import LINE, faults, load, only, place

EXTRA = (
    "weather: {north: {1: {closure_share: 0.2, mean_spell_days: 2}}}\n"
    "weather_groups: {north: {within: norht}}\n"
    "projects: {p: {}}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "word", "message", "hint"),
    [
        (
            "from_node: east",
            "from_node: eats",
            "eats",
            "unknown node 'eats' in from_node of segment 'east-quay'",
            "'east'",
        ),
        (
            "linked_node_id: quay",
            "linked_node_id: kuay",
            "kuay",
            "unknown node 'kuay' in linked_node_id of node",
            "'quay'",
        ),
        ("to_port: port_west", "to_port: port_wets", "port_wets", "in to_port of sea link 'crossing'", "'port_west'"),
        (
            "link: crossing",
            "link: crosing",
            "crosing",
            "unknown sea link 'crosing' in link of vessel class",
            "'crossing'",
        ),
        ("via_ports: [port_quay", "via_ports: [port_kuay", "port_kuay", "in via_ports of flow 'west'", "'port_quay'"),
        ("profile_id: flat", "profile_id: flaat", "flaat", "unknown profile 'flaat'", "'flat'"),
        ("destination_node: port_west", "destination_node: w", "w\n    via", "unknown node 'w'", ""),
        (
            "    cargo: wagon",
            "    dry_ports: [d]\n    cargo: wagon",
            "d]\n",
            "unknown dry port 'd'",
            "there is no section",
        ),
        ("    cargo: wagon", "    route_option: south\n    cargo: wagon", "south", "unknown route option 'south'", ""),
        (
            "nodes:",
            "ports: {port_kuay: {dry: {berths: 1}}}\nnodes:",
            "port_kuay",
            "unknown node 'port_kuay' as a port",
            "did",
        ),
        (
            "nodes:",
            "borders: {b: {node_from: east, node_to: x, dwell_h: 1}}\nnodes:",
            "x, dw",
            "in node_to of border",
            "",
        ),
        ("nodes:", "demand: {growth: plan}\nnodes:", "plan", "unknown growth scenario 'plan'", ""),
        ("nodes:", "sources: {a: {}}\nsource_ids: [b]\nnodes:", "b]", "unknown source 'b'", ""),
        ("from_port: port_quay", "from_port: quay", "quay, to_port", "is a rail_station", "kind sea_port is needed"),
        ("to_node: quay", "to_node: east", "east\n    length", "starts and ends at the same node 'east'", ""),
        (
            "results_from: 2024-01-01",
            "results_from: 2025-01-01",
            "2024-12-31",
            "lies before results_from 2025-01-01",
            "",
        ),
    ],
)
def test_ids_that_must_exist(tmp_path: Path, old: str, new: str, word: str, message: str, hint: str) -> None:
    assert old in LINE
    text = LINE.replace(old, new, 1)
    issue = only(faults(tmp_path, text))
    assert message in issue.message
    assert hint in issue.hint
    assert (issue.line, issue.column) == place(text, word)


def test_references_into_parts_that_are_left_out_are_free(tmp_path: Path) -> None:
    text = LINE.replace("kind: sea_port, l", "weather_group: north, source_ids: x, kind: sea_port, l")
    text = text.replace("    cargo: wagon", "    wagon_pools: [box]\n    cargo: wagon")
    assert load(tmp_path, text).scenario.nodes["port_quay"].weather_group == "north"
    found = faults(
        tmp_path, text + EXTRA + "sources: {y: {}}\nwagons: {flat: {kind: k, corridor_units: 1, tare_t: 20}}\n"
    )
    assert [issue.message.partition(" in ")[0] for issue in found] == [
        "unknown source 'x'",
        "unknown wagon pool 'box'",
        "unknown weather group 'norht'",
    ]


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("segments.east-quay.tracks", None, ""),
        ("segments.*.freight_speed_kmh", None, ""),
        ("segments.east-quay.max_gross_train_t", None, ""),
        ("segments.east-quy.tracks", "unknown path 'segments.east-quy.tracks'", "'segments.east-quay.tracks'"),
        ("segments.*.track", "unknown path 'segments.*.track'", "'segments.*.tracks'"),
        ("segments.east-quay", "is a branch, not a leaf, as target of change 'c'", "leaves"),
        ("dry_ports.*.tracks_under_cranes", "unknown path", ""),
        ("horizon.*", "unknown path", ""),
    ],
)
def test_targets_of_changes(tmp_path: Path, target: str, message: str | None, hint: str) -> None:
    row = f"project_id: p, date: 2025-01-01, target: '{target}', value: 2, status: done"
    text = LINE + f"projects: {{p: {{}}}}\nchanges: {{c: {{{row}}}}}\n"
    found = faults(tmp_path, text)
    if message is None:
        assert found == ()
        return
    issue = only(found)
    assert message in issue.message
    assert hint in issue.hint
    assert (issue.line, issue.column) == place(text, f"'{target}'")


def test_informational_rows_may_name_what_is_not_there(tmp_path: Path) -> None:
    text = LINE + (
        "changes: {c: {project_id: p, date: 2025-01-01, target: no.where, status: done, informational: yes}}\n"
        "fleets: {total: {operator: K, fleet_units: 9, informational: yes}}\n"
    )
    assert faults(tmp_path, text) == ()
    found = faults(tmp_path, text.replace(", informational: yes", ""))
    assert [issue.message for issue in found] == [
        "change 'c' lacks 'value'",
        "unknown path 'no.where' as target of change 'c'",
        "fleet 'total' lacks 'class_id'",
    ]


def test_events_point_at_things_of_their_kind(tmp_path: Path) -> None:
    row = "{start_date: 2024-05-01, end_date: 2024-04-01, target_kind: segment, target_id: west, "
    row += "attribute: demand, factor: 0}"
    text = LINE + f"events: {{e: {row}}}\n"
    found = faults(tmp_path, text)
    assert [(i.line, i.column) for i in found] == [place(text, "2024-04-01"), place(text, "west, attribute")]
    assert found[0].message == "end_date 2024-04-01 lies before start_date 2024-05-01 in event 'e'"
    assert "unknown segment 'west'" in found[1].message


def test_references_are_checked_even_if_other_values_are_wrong(tmp_path: Path) -> None:
    text = (
        LINE.replace("tracks: 1", "tracks: -1").replace("link: crossing", "link: x").replace("east: {", "east: {a: 1, ")
    )
    found = faults(tmp_path, text)
    assert [place(text, word) for word in ("a: 1, k", "-1\n", "x\n    cap")] == [(i.line, i.column) for i in found]


def test_slips_in_order(tmp_path: Path) -> None:
    row = "project_id: p, date: 2025-01-01, target: segments.*.tracks, value: 2, status: done"
    text = LINE + f"changes: {{c: {{{row}, slip_months_low: 6, slip_months_high: 3}}}}\n"
    assert only(faults(tmp_path, text)).message == "slip_months_high 3 is less than slip_months_low 6 in change 'c'"
