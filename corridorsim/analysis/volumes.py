"""Tonnes, boxes and days: what was offered, accepted, refused and delivered, and how long it took.

Offered and refused cargo belongs to the month in which it was offered, accepted cargo to the month of acceptance,
delivered cargo to the month of delivery.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ledger import MOVEMENT_KINDS, OPEN
from ..model.blueprint import RailStage
from .view import DAY_S, PERIMETERS, Floats, Rows, View, Whole, grouped, rows

YEARS = ("year", "perimeter", "offered_mt", "accepted_mt", "refused_mt", "delivered_mt", "teu", "container_trains")
MONTHS = ("month", "perimeter", "offered_mt", "accepted_mt", "refused_mt", "delivered_mt", "teu")
FLOWS = (
    "year", "flow", "perimeter", "offered_t", "accepted_t", "refused_t", "delivered_t", "teu", "stock_start_t",
    "stock_end_t", "transit_days_mean", "transit_days_p10", "transit_days_p50", "transit_days_p90", "origin_wait_days",
)  # fmt: skip
REFUSED = ("year", "flow", "perimeter", "gate", "cause", "lots", "tonnes")
TRAINS = ("year", "kind", "flow", "from_place", "to_place", "trains", "net_t", "gross_t", "hours")


class Volumes:
    """Monthly matrices (months x flows) of one run."""

    def __init__(self, view: View) -> None:
        self.view = view
        lots, deliveries = view.table("lots"), view.table("deliveries")
        tonnes, flow = lots["tonnes"], lots["flow"]
        self.offered = view.by_month_and_flow(lots["offered_s"], flow, tonnes)
        self.refused = view.by_month_and_flow(lots["offered_s"], flow, np.where(lots["accepted"] == 0, tonnes, 0.0))
        taken = np.where(lots["accepted"] == 1, lots["accepted_s"], OPEN)
        self.accepted = view.by_month_and_flow(taken, flow, tonnes)
        self.delivered = view.by_month_and_flow(deliveries["time_s"], deliveries["flow"], deliveries["tonnes"])
        self.teu = view.by_month_and_flow(deliveries["time_s"], deliveries["flow"], deliveries["teu"])
        self.container_trains = self._container_trains()

    def _container_trains(self) -> Floats:
        """Trains of containers sent off from where their flow first takes the rail (re-formed trains count once)."""
        view, moves = self.view, self.view.table("movements")
        origin: dict[int, str] = {}
        for number, flow in enumerate(view.blueprint.flows):
            journey = view.blueprint.journeys[flow.journey]
            first = next((stage for stage in journey.stages if isinstance(stage, RailStage)), None)
            if journey.unit == "teu" and first is not None:
                origin[number] = first.origin
        index = view.flow_index[moves["flow"]]
        starts = np.asarray(
            [origin.get(int(i)) == view.name(int(p)) for i, p in zip(index, moves["from_place"], strict=True)],
            dtype=bool,
        )
        sent = starts & (moves["kind"] == MOVEMENT_KINDS.index("loaded_train"))
        return view.by_month_and_flow(moves["depart_s"], moves["flow"], sent.astype(np.float64))

    def years(self) -> Rows:
        """One row a year and perimeter; Mt, TEU delivered, trains sent off."""
        found: list[tuple[Any, ...]] = []
        for year in self.view.years:
            months = self.view.months_of(year)
            for perimeter in PERIMETERS:
                held = self.view.in_perimeter(perimeter)
                found.append((year, perimeter, *self._mt(months, held), *self._counts(months, held)))
        return rows(YEARS, found)

    def months(self) -> Rows:
        """One row a month and perimeter; Mt and TEU delivered."""
        found: list[tuple[Any, ...]] = []
        for month in self.view.months:
            for perimeter in PERIMETERS:
                held = self.view.in_perimeter(perimeter)
                counts = self._counts([month], held)
                found.append((self.view.month_names[month], perimeter, *self._mt([month], held), counts[0]))
        return rows(MONTHS, found)

    def _mt(self, months: list[int], held: Any) -> tuple[float, ...]:
        matrices = (self.offered, self.accepted, self.refused, self.delivered)
        return tuple(float(matrix[months][:, held].sum()) / 1e6 for matrix in matrices)

    def _counts(self, months: list[int], held: Any) -> tuple[float, float]:
        return float(self.teu[months][:, held].sum()), float(self.container_trains[months][:, held].sum())

    def stock(self, flow: int, month: int) -> float:
        """Tonnes of a flow accepted and not delivered at the end of a month; before the first month there is none."""
        return float(self.accepted[: month + 1, flow].sum() - self.delivered[: month + 1, flow].sum())

    def flows(self) -> Rows:
        """One row a year and flow; tonnes, TEU, days (None where nothing arrived)."""
        view, lots = self.view, self.view.table("lots")
        index, done = view.flow_index[lots["flow"]], lots["delivered_s"] != OPEN
        year = np.where(done, view.year_of_month[view.month(lots["delivered_s"])], -1)
        # a flow without rail (by lorry or pipe to the ship) has no train that departs: its way begins as it is accepted
        departed = np.where(lots["departed_s"] == OPEN, lots["accepted_s"], lots["departed_s"])
        days = (lots["delivered_s"] - departed) / DAY_S
        at_origin = (departed - lots["accepted_s"]) / DAY_S
        found: list[tuple[Any, ...]] = []
        for wanted in view.years:
            months = view.months_of(wanted)
            for number, flow in enumerate(view.blueprint.flows):
                mine = (index == number) & (year == wanted)
                weight = lots["tonnes"][mine] if lots["tonnes"][mine].sum() > 0 else lots["units"][mine]
                sums = [
                    float(matrix[months, number].sum())
                    for matrix in (self.offered, self.accepted, self.refused, self.delivered, self.teu)
                ]
                found.append(
                    (
                        wanted, flow.id, flow.perimeter, *sums,
                        self.stock(number, months[0] - 1), self.stock(number, months[-1]),
                        weighted_mean(days[mine], weight),
                        *weighted_quantiles(days[mine], weight, (0.1, 0.5, 0.9)),
                        weighted_mean(at_origin[mine], weight),
                    )
                )  # fmt: skip
        return rows(FLOWS, found)

    def refusals(self) -> Rows:
        """One row a year, flow, gate that refused and cause of its ban; tonnes that the railway did not take."""
        view, lots = self.view, self.view.table("lots")
        refused = lots["accepted"] == 0
        year = view.year_of_month[view.month(lots["offered_s"])]
        index = view.flow_index[lots["flow"]]
        mine = refused & np.isin(view.month(lots["offered_s"]), view.months) & (index >= 0)
        keys = (year[mine], index[mine], lots["gate"][mine], lots["cause"][mine])
        found, (count, tonnes) = grouped(keys, np.ones(int(mine.sum())), lots["tonnes"][mine])
        flows = view.blueprint.flows
        return rows(
            REFUSED,
            [
                (y, flows[f].id, flows[f].perimeter, view.name(gate), view.name(cause), float(n), float(t))
                for (y, f, gate, cause), n, t in zip(found, count, tonnes, strict=True)
            ],
        )

    def trains(self) -> Rows:
        """One row a year of departure, kind, flow, from, to: count, tonnes, hours on the way."""
        view, moves = self.view, self.view.table("movements")
        month = view.month(moves["depart_s"])
        mine = np.isin(month, view.months)
        keys = tuple(moves[column][mine] for column in ("kind", "flow", "from_place", "to_place"))
        arrived = moves["arrive_s"] != OPEN
        hours = np.where(arrived, (moves["arrive_s"] - moves["depart_s"]) / 3600.0, 0.0)[mine]
        found, (count, net, gross, time) = grouped(
            (view.year_of_month[month][mine], *keys),
            np.ones(int(mine.sum())), moves["net_t"][mine], moves["gross_t"][mine], hours,
        )  # fmt: skip
        return rows(
            TRAINS,
            [
                (y, MOVEMENT_KINDS[k], view.name(f), view.name(a), view.name(b), float(n), float(t), float(g), float(h))
                for (y, k, f, a, b), n, t, g, h in zip(found, count, net, gross, time, strict=True)
            ],
        )


def weighted_mean(values: Floats, weights: Floats | Whole) -> float | None:
    """Mean, or None of nothing."""
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else None


def weighted_quantiles(values: Floats, weights: Floats | Whole, shares: tuple[float, ...]) -> list[float | None]:
    """Smallest value that at least the share of the weight does not exceed; None of nothing."""
    total = float(weights.sum())
    if total <= 0:
        return [None] * len(shares)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    # the last step of a sum may fall a rounding short of the total
    places = [min(int(np.searchsorted(reached, share * total * (1 - 1e-12))), len(order) - 1) for share in shares]
    return [float(values[order[place]]) for place in places]
