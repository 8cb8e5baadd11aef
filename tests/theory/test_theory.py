"""The simulator against mathematics: scenario files of small corridors, whose queues have known answers.

A few cases always, with few replications; all of them where ``CORRIDORSIM_LONG=1``. ``python -m tests.theory`` rewrites
``docs/validity/theory.csv``.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from corridorsim.analysis import holm
from corridorsim.analysis.statistics import mean_interval

from .__main__ import HEADER, RECORD, record
from .cases import LEAST, MOST, PILOT, Case, all_cases
from .judge import FAMILY, RARE, SHARE, Estimate, Verdict, drawn_as_said, estimate, look, together

#: one or two of every family, the cheap ones: case -> replications
QUICK = {
    "MMc c=3,rho=0.5": 20,
    "MG1 rho=0.8,cs2=0.25": 20,
    "MDc c=2,rho=0.5": 20,
    "MD1 headway c=1,rho=0.5": 16,
    "MVA_pub_SENG533 N=2": 10,
    "MVA_loco_pool N=4": 12,
    "machine_repair N=5,c=1,MTBF=100,MTTR=20": 8,
    "MMcK c=1,K=5,lam=0.8,mu=1": 8,
    "ferry b=10,lam_per_interval=5": 8,
    "MM1_breakdown (0.5, 1, 0.05, 0.5)": 12,
    "M/E2/n 0.5 n=2": 20,
    "M/E2/n 0.6 n=5": 20,
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
    (verdict,) = together(wrong.simulate(20))
    assert verdict.adjusted_p < 1 - FAMILY
    assert not verdict.agrees


def added_to_until_narrow(draw: Callable[[int], np.ndarray], limit: float) -> float:
    """What ``judge.Pilot`` is there not to do."""
    values = draw(12)
    while (half := mean_interval(list(values))).high - half.mean > limit and len(values) < 480:  # type: ignore[operator]
        values = np.concatenate([values, draw(4)])
    return float(values.mean())


def in_two_stages(draw: Callable[[int], np.ndarray], limit: float, known: float = 1.0) -> tuple[Estimate, int]:
    pilot = look(list(draw(PILOT)), {})
    fresh = int(min(max(pilot.needed(limit), LEAST), MOST))
    return estimate(pilot, known, list(draw(fresh))), fresh


def test_two_stages_do_not_lean_where_adding_until_narrow_does() -> None:
    chance = np.random.default_rng(1)
    repetitions, limit = 1500, 0.3

    def draw(number: int) -> np.ndarray:
        return chance.exponential(1.0, number)  # a wait, in its long tail

    old = np.array([added_to_until_narrow(draw, limit) for _ in range(repetitions)])
    new = np.array([in_two_stages(draw, limit)[0].mean for _ in range(repetitions)])
    assert old.mean() - 1 < -8 * old.std() / repetitions**0.5
    assert abs(new.mean() - 1) < 3 * new.std() / repetitions**0.5


def test_the_planned_half_width_is_narrow_and_covers_as_it_says() -> None:
    chance = np.random.default_rng(2)
    found = [in_two_stages(lambda number: chance.normal(1.0, 0.5, number), 0.1) for _ in range(1500)]
    assert max(each.half_width for each, fresh in found if fresh < MOST) <= 0.1
    assert np.mean([abs(each.mean - 1) <= each.half_width for each, _ in found]) == pytest.approx(0.95, abs=0.017)
    # the test against the known value: as seldom wrong as it says
    assert np.mean([each.p_value < 0.05 for each, _ in found]) == pytest.approx(0.05, abs=0.017)
    assert np.mean([fresh for _, fresh in found]) == pytest.approx((0.5 * 2.09 / 0.1) ** 2 - PILOT, rel=0.1)


def test_more_replications_than_there_may_be_are_said_to_be_too_few() -> None:
    chance = np.random.default_rng(3)
    found, fresh = in_two_stages(lambda number: chance.normal(1.0, 5.0, number), 0.1)
    assert fresh == MOST
    assert found.half_width > 0.1


def test_controls_do_not_lean_where_figures_rise_ever_more_steeply() -> None:
    chance = np.random.default_rng(4)
    repetitions = 1500
    new, of_all = [], []
    for _ in range(repetitions):
        x = chance.normal(0.0, 1.0, 8)
        y = 1 + x + x**2  # 2 in the mean
        new.append(estimate(look(list(y), {"x": (list(x), 0.0)}), 2).mean)
        of_all.append(float(np.polyfit(x, y, 1)[1]))
    assert np.mean(of_all) - 2 < -8 * np.std(of_all) / repetitions**0.5
    assert abs(np.mean(new) - 2) < 3 * np.std(new) / repetitions**0.5


def test_controls_narrow_and_do_not_shift() -> None:
    drawn = [float(x) for x in range(-10, 11)]
    noise = [(-1) ** i * 0.1 for i in range(21)]
    values = [5 + 2 * x + e for x, e in zip(drawn, noise, strict=True)]
    plain, pilot = estimate(look(values, {}), 5), look(values, {"x": (drawn, 0.0)})
    controlled = estimate(pilot, 5)
    assert controlled.mean == pytest.approx(5, abs=0.01)
    assert controlled.half_width < plain.half_width / 20
    # a control whose mean is known to be 1 says that these runs drew too little of it
    assert estimate(look(values, {"x": (drawn, 1.0)}), 7).mean == pytest.approx(7, abs=0.02)
    # fresh replications, of which this drew one too much, are corrected by as much as the pilot says
    fresh = estimate(pilot, 5, [7.0, 7.1, 6.9], {"x": ([1.0, 1.0, 1.0], 0.0)})
    assert fresh.mean == pytest.approx(5, abs=0.01)
    assert fresh.mean == pytest.approx(SHARE * controlled.mean + (1 - SHARE) * (7 - pilot.slopes["x"]))


def test_what_controls_say_whole_is_no_test() -> None:
    drawn = [0.9, 1.0, 1.1, 1.05]
    assert estimate(look([2 * x for x in drawn], {"x": (drawn, 1.0)}), 2).p_value == 1
    assert estimate(look([2 * x for x in drawn], {"x": (drawn, 1.0)}), 2.1).p_value == 0


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


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with RECORD.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_record_has_every_case(cases: dict[str, Case], rows: list[dict[str, str]]) -> None:
    def asked(row: dict[str, str]) -> list[str]:
        return [row[name] for name in ("case", "quantity", "known", "scenario", "source")]

    assert tuple(rows[0]) == HEADER
    assert [asked(row) for row in rows] == [asked(row) for row in record(list(cases.values()), [])]
    assert not [row for row in rows if row["agrees"] != "yes"]


def test_the_record_is_judged_as_one(rows: list[dict[str, str]]) -> None:
    # of rare events, which have no test, there is none
    adjusted = holm([float(row["p_value"]) if row["p_value"] else None for row in rows])
    judged = ["yes" if p is None or p >= 1 - FAMILY else "no" for p in adjusted]
    assert judged == [row["agrees"] for row in rows]
    assert sum(p is None for p in adjusted) == sum(float(row["known"]) < RARE for row in rows)


def _asked() -> list[str]:
    """All cases, the dearest first, so that no worker ends long after the other."""
    with RECORD.open(encoding="utf-8", newline="") as stream:
        replications = {row["case"]: int(row["replications"]) for row in csv.DictReader(stream)}
    return [case.name for case in sorted(all_cases(), key=lambda case: -case.customers * replications[case.name])]


EVERY = (
    _asked()
    if os.environ.get("CORRIDORSIM_LONG")
    else [pytest.param("", marks=pytest.mark.skip(reason="CORRIDORSIM_LONG=1 runs all cases"))]
)


@pytest.mark.parametrize("name", EVERY)
def test_a_case_is_as_the_record_says(name: str, cases: dict[str, Case], rows: list[dict[str, str]]) -> None:
    # whether it agrees is for all of them together to say: ``test_the_record_is_judged_as_one``
    verdicts = cases[name].simulate()
    assert not [v for v in verdicts if not v.agrees], "too wide, or too far from an event that is rare"
    assert record([cases[name]], verdicts) == [row for row in rows if row["case"] == name]
