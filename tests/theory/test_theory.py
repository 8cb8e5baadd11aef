"""The simulator against mathematics: scenario files of small corridors, whose queues have known answers.

A few cases always, with few replications; all of them where ``CORRIDORSIM_LONG=1``. ``python -m tests.theory`` rewrites
``docs/validity/theory.csv``.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace

import pytest

from .__main__ import HEADER, RECORD, record, simulate
from .cases import Case, all_cases
from .judge import FAMILY, RARE, Estimate, Verdict, drawn_as_said, estimate, together

LONG = bool(os.environ.get("CORRIDORSIM_LONG"))

#: one or two of every family, the cheap ones: case -> replications
QUICK = {
    "MMc c=3,rho=0.5": 8,
    "MG1 rho=0.8,cs2=0.25": 8,
    "MDc c=2,rho=0.5": 8,
    "MD1 headway c=1,rho=0.5": 6,
    "MVA_pub_SENG533 N=2": 6,
    "MVA_loco_pool N=4": 8,
    "machine_repair N=5,c=1,MTBF=100,MTTR=20": 5,
    "MMcK c=1,K=5,lam=0.8,mu=1": 5,
    "ferry b=10,lam_per_interval=5": 4,
    "MM1_breakdown (0.5, 1, 0.05, 0.5)": 6,
    "M/E2/n 0.5 n=2": 8,
    "M/E2/n 0.6 n=5": 8,
}


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {case.name: case for case in all_cases()}


def test_every_known_case_is_asked(cases: dict[str, Case]) -> None:
    # 24 M/M/c, 18 M/G/1, 16 M/D/c and 4 of them as a headway, a tandem, 8 closed networks, 3 + 2 + 3 + 2, 80 berths
    assert len(cases) == 24 + 18 + 16 + 4 + 1 + 8 + 3 + 2 + 3 + 2 + 80
    assert set(QUICK) <= set(cases)


def test_some_cases_agree(cases: dict[str, Case]) -> None:
    verdicts = together([v for name, number in QUICK.items() for v in cases[name].simulate(number)])
    apart = {(v.case, v.quantity): (v.estimate, v.known) for v in verdicts if v.adjusted_p < 1 - FAMILY}
    assert not apart
    # few as they are, they can tell: most half-widths are within twice what the full set asks for
    assert sum(v.estimate.half_width < 2 * v.limit for v in verdicts) > len(verdicts) / 2


def test_a_wrong_answer_is_told_apart(cases: dict[str, Case]) -> None:
    case = cases["MDc c=2,rho=0.5"]
    hours_at_random = 0.333333  # the wait if hours at berth were exponential, not fixed
    (known,) = case.known.values()
    wrong = replace(case, known={"wait_over_service": (hours_at_random, *known[1:])})
    (verdict,) = together(wrong.simulate(8))
    assert verdict.adjusted_p < 1 - FAMILY
    assert not verdict.agrees


def test_controls_narrow_and_do_not_shift() -> None:
    drawn = [float(x) for x in range(-10, 11)]
    noise = [(-1) ** i * 0.1 for i in range(21)]
    values = [5 + 2 * x + e for x, e in zip(drawn, noise, strict=True)]
    plain, controlled = estimate(values, {}, 5), estimate(values, {"x": (drawn, 0.0)}, 5)
    assert controlled.mean == pytest.approx(5, abs=0.01)
    assert controlled.half_width < plain.half_width / 20
    # a control whose mean is known to be 1 says that these runs drew too little of it
    assert estimate(values, {"x": (drawn, 1.0)}, 7).mean == pytest.approx(7, abs=0.02)


def test_what_controls_say_whole_is_no_test() -> None:
    drawn = [0.9, 1.0, 1.1, 1.05]
    assert estimate([2 * x for x in drawn], {"x": (drawn, 1.0)}, 2).p_value == 1
    assert estimate([2 * x for x in drawn], {"x": (drawn, 1.0)}, 2.1).p_value == 0


def test_a_control_that_is_not_what_is_said_of_it_is_told(cases: dict[str, Case]) -> None:
    chance = [0.9, 1.0, 1.1, 1.05]
    assert drawn_as_said(chance, 1.0)
    assert not drawn_as_said([x / 1e4 for x in chance], 1.0)
    assert drawn_as_said([1.0] * 4, 1.0)
    assert not drawn_as_said([1.0] * 4, 1.1)
    case = cases["MDc c=2,rho=0.5"]
    hours, read = case.controls["service"]
    longer = replace(case, controls={**case.controls, "service": (1.1 * hours, read)})
    with pytest.raises(AssertionError, match="service of the runs is not what is said of it"):
        longer.simulate(4)


def _verdict(known: float, mean: float, half_width: float, p: float, load: float = 0.5) -> Verdict:
    return Verdict("case", "wait", known, Estimate(mean, half_width, p), 24, load, 1.0, "source")


def test_wide_far_and_rare_are_judged_as_such() -> None:
    wide, far, good, rare = together(
        [
            _verdict(2, 2, 0.05, 0.9),  # 2.5 % at a load of 0.5
            _verdict(2, 2.5, 0.03, 1e-6),
            _verdict(2, 2.01, 0.03, 0.4),
            _verdict(RARE / 2, 0.0, 0.0, 0.0),
        ]
    )
    assert [wide.agrees, far.agrees, good.agrees, rare.agrees] == [False, False, True, True]
    assert _verdict(2, 2, 0.19, 0.9, load=0.9).agrees
    assert not _verdict(2, 2, 0.21, 0.9, load=0.9).agrees


def test_the_record_has_every_case(cases: dict[str, Case]) -> None:
    with RECORD.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert tuple(rows[0]) == HEADER
    figures = slice(HEADER.index("simulated"), HEADER.index("agrees") + 1)
    asked = [[*row[: figures.start], *row[figures.stop :]] for row in record(list(cases.values()), [])]
    assert [[*row[: figures.start], *row[figures.stop :]] for row in rows[1:]] == asked
    assert not [row for row in rows[1:] if row[HEADER.index("agrees")] != "yes"]


@pytest.mark.skipif(not LONG, reason="CORRIDORSIM_LONG=1 runs all cases")
def test_all_cases_agree_and_the_record_says_so(cases: dict[str, Case]) -> None:
    every = list(cases.values())
    verdicts = simulate(every)
    assert not [(v.case, v.quantity, v.estimate, v.known) for v in verdicts if not v.agrees]
    with RECORD.open(encoding="utf-8", newline="") as stream:
        assert [tuple(row) for row in csv.reader(stream)] == [HEADER, *record(every, verdicts)]
