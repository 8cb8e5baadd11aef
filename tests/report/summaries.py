"""A summary with round figures."""

from __future__ import annotations

from typing import Any

from corridorsim.analysis.estimates import Estimate, TargetResult
from corridorsim.analysis.summary import Refusal, Summary, TransitDays, TransitPart, Waiting, WarmUp, Year


def estimate(mean: float, half: float | None = 0.1) -> Estimate:
    return Estimate(mean=mean, low=None if half is None else mean - half, high=None if half is None else mean + half)


def target(demand: str = "as_given", *, met: bool = False) -> TargetResult:
    volume = demand == "as_given"
    return TargetResult(
        name="10 Mt offered is carried" if volume else "capacity of 10 Mt",
        measure="delivered_share" if volume else "delivered_mt",
        demand=demand,  # type: ignore[arg-type]
        perimeter="C",
        year=2027,
        at_least=0.95 if volume else 10,
        value=estimate(0.5, 0.01) if volume else estimate(8.12),
        probability=1.0 if met else 0.1,
        low=0.69 if met else 0.0,
        high=1.0 if met else 0.45,
        required_probability=0.8,
        met=met,
    )


def year() -> Year:
    def on(a: float, b: float, c: float) -> dict[Any, Estimate]:
        return {"A": estimate(a), "B": estimate(b), "C": estimate(c)}

    return Year(
        delivered_mt=on(2, 3, 5),
        offered_mt=on(4, 6, 10),
        accepted_mt=on(2, 3, 5.1),
        refused_mt=on(2, 3, 4.9),
        delivered_share=on(0.5, 0.5, 0.5),
        teu=estimate(62360, 100),
        container_trains=estimate(621, 3),
        transit_days={f"flow_{number}": TransitDays(mean=20, p10=15, p50=19.5, p90=31) for number in range(15)},
        refused=[Refusal(gate="port_kuryk.rail_ferry.export", cause="vessel", mt=4.9)],
    )


def part(name: str, cause: str, share: float, place: str) -> TransitPart:
    return TransitPart(part=name, cause=cause, place=place, place_share=0.6, days=20 * share, share=share)


def summary(**changes: Any) -> Summary:
    made = Summary(
        scenario="baseline",
        title="Baseline",
        version="0.1.0",
        hash="a" * 64,
        digest="b" * 64,
        seed=1,
        replications=10,
        failed=0,
        confidence=0.95,
        years={2027: year()},
        headline_year=2027,
        utilisation={f"segment:s{number}": 0.9 - number / 10 for number in range(8)},
        waiting=[
            Waiting(cause="vessel", resource="port_kuryk.rail_ferry", tonne_days=600, share=0.4),
            Waiting(cause="locomotive_change", resource="beyneu", tonne_days=500, share=1 / 3),
            Waiting(cause="vessel", resource="port_aktau.container", tonne_days=400, share=4 / 15),
        ],
        transit_parts=[
            part("moving", "rail", 0.25, "alat"),
            part("handling", "handling", 0.15, "port_aktau.oil"),
            part("waiting", "vessel", 0.5, "port_kuryk.rail_ferry"),
            part("waiting", "other_traffic", 0.1, "beyneu-mangystau"),
        ],
        origin_parts=[part("waiting", "locomotive", 1.0, "ktz_diesel")],
        targets=[target(), target("saturating", met=True)],
        unjudged=[],
        saturating=None,
        warm_up=WarmUp(given_days=184, truncation_days=90, enough=True),
        precision=None,
        uncertainty=None,
    )
    return made.model_copy(update=changes)
