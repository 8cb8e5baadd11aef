"""The page on the terminal: what it says, and that it stays in shape."""

from __future__ import annotations

from corridorsim.report import Block, Closing, scenario_page, side_by_side

from .summaries import part, summary, year

WIDTH = 130


def test_one_scenario_answers_first() -> None:
    lines = scenario_page(summary()).splitlines()
    assert lines[0] == "baseline · 10 replications · seed 1 · corridorsim 0.1.0"
    assert "not met  10 Mt offered is carried  95.0 % on C in 2027" in lines[4]
    assert "50.0 % [49.0 %, 51.0 %]" in lines[4]
    assert "P = 0.10 [0.00, 0.45], 0.80 asked" in lines[4]
    assert "8.12 [8.02, 8.22] Mt" in lines[5]
    assert lines[5].split()[0] == "met"


def test_one_scenario_fits_and_has_no_trailing_blanks() -> None:
    for line in scenario_page(summary(), Closing(["results/x/"], "corridorsim run x")).splitlines():
        assert len(line) <= WIDTH
        assert line == line.rstrip()


def test_years_stand_under_their_headings() -> None:
    lines = scenario_page(summary()).splitlines()
    heading = next(line for line in lines if "delivered Mt" in line)
    row = next(line for line in lines if line.split()[:1] == ["C"])
    place = heading.index("delivered Mt") + len("delivered Mt")
    assert row[:place].endswith("5.00")
    assert "[4.90, 5.10]" in row
    assert row.endswith("621")


def test_where_the_days_go_adds_up_to_all() -> None:
    lines = scenario_page(summary()).splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("where the days of 2027 went"))
    cells = [line.split() for line in lines[begin + 2 : begin + 8]]
    assert cells[0] == ["moving", "rail", "alat", "60", "%", "5.0", "25.0", "%"]
    assert cells[2] == ["waiting", "vessel", "port_kuryk.rail_ferry", "60", "%", "10.0", "50.0", "%"]
    assert cells[3] == ["other", "traffic", "beyneu-mangystau", "60", "%", "2.0", "10.0", "%"]
    assert cells[4] == ["all", "20.0", "100", "%"]
    assert " ".join(cells[5]) == "and 20.0 days before at the origin: locomotive 100 %"


def test_a_long_list_of_causes_ends_with_the_others_in_one() -> None:
    parts = [part("waiting", f"cause_{number:02}", 0.1, "there") for number in range(10)]
    text = scenario_page(summary(transit_parts=parts))
    assert "cause 07" in text
    assert "cause 08" not in text
    line = next(line for line in text.splitlines() if "2 other causes" in line)
    assert line.split()[-3:] == ["4.0", "20.0", "%"]


def test_where_nothing_waited_it_is_said() -> None:
    text = scenario_page(summary(transit_parts=[part("moving", "sea", 1.0, "port_baku.oil")], origin_parts=[]))
    assert "nothing waited" in text
    assert "no day before at the origin" in text


def test_long_lists_are_cut_with_a_word() -> None:
    text = scenario_page(summary())
    assert "(the 12 largest of 15 flows; all in flows.csv)" in text
    assert "flow_11" in text
    assert "flow_12" not in text
    assert "segment:s4" in text
    assert "segment:s5" not in text


def test_corner_cases_have_words() -> None:
    bare = year().model_copy(update={"refused": [], "transit_days": {}})
    text = scenario_page(
        summary(
            years={2027: bare},
            utilisation={},
            waiting=[],
            transit_parts=[],
            origin_parts=[],
            targets=[],
            unjudged=[],
            replications=1,
            failed=2,
        )
    )
    assert "no target is set" in text
    assert "nothing was refused in 2027" in text
    assert "nothing was delivered in 2027" in text
    assert "no resource is limited" in text
    assert "where the days of 2027 went: nothing was delivered" in text
    assert "1 replication, 2 RUNS FAILED" in text


def test_targets_that_were_not_judged_are_named() -> None:
    assert "not judged: in 2040" in scenario_page(summary(targets=[], unjudged=["in 2040"]))


def test_side_by_side_has_both_questions_for_each() -> None:
    names = ("no_new_locomotives", "locomotives_300_by_2027")
    blocks = [
        Block("locomotives: a fixed number", [(name, summary()) for name in names]),
        Block("locomotives: on demand", [(name, summary()) for name in names]),
    ]
    closing = Closing(["results/"], "corridorsim answer")
    page = side_by_side("Middle Corridor to 2027", "official10 / saturating", blocks, closing)
    lines = page.splitlines()
    assert lines[0].startswith("Middle Corridor to 2027 · 10 replications")
    assert lines[0].endswith("perimeter C · demand: official10 / saturating")
    assert "delivered 2027, Mt" in lines[1]
    assert "10 Mt offered is carried?" in lines[1]
    assert "capacity of 10 Mt?" in lines[1]
    assert lines[2] == "locomotives: a fixed number"
    assert lines[3].startswith("no_new_locomotives  ")
    assert "no P = 0.10 [0.00, 0.45]" in lines[3]
    assert "yes 8.12 Mt P = 1.00 [0.69, 1.00]" in lines[3]
    assert sum(line.startswith("locomotives_300_by_2027") for line in lines) == 4  # verdicts, and all perimeters
    assert max(map(len, lines)) <= WIDTH
    assert all(f"on {perimeter}" in page for perimeter in "ABC")
    assert lines[-1] == "again    corridorsim answer"


def test_side_by_side_on_another_perimeter() -> None:
    page = side_by_side("t", "", [Block("", [("x", summary())])], perimeter="A")
    assert page.splitlines()[0].endswith("perimeter A")
    assert "2.00 [1.90, 2.10]" in page
