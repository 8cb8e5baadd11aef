"""The books of a run: no tonne appears or vanishes.

For each flow, always: stock at start + accepted = delivered + stock at end, and offered = accepted + refused. The
engine counts its stocks by itself, so the first equation sets two independent counts against each other. A lot is
either accepted or refused (refused while its sender still waits for the ban to end), so the second holds lot by lot.
"""

from __future__ import annotations

import numpy as np

from ..ledger import OPEN, Ledger
from ..model.blueprint import Blueprint
from .view import Floats, View, Whole

#: tonnes that rounding may cost, against the tonnes on the books
RELATIVE, ABSOLUTE_T = 1e-9, 1e-3


class Unbalanced(ArithmeticError):
    """The books of a run do not balance: a fault of the model, so its figures must not be used."""


def check_books(blueprint: Blueprint, ledger: Ledger) -> list[str]:
    """What does not balance, a line each; empty where all does."""
    view = View(blueprint, ledger)
    return [*_lots(view), *_deliveries(view), *_stocks(view)]


def _lots(view: View) -> list[str]:
    """Each lot is accepted or refused, and its times come in order."""
    lots = view.table("lots")
    found = []

    def tell(wrong: object, what: str) -> None:
        for row in np.flatnonzero(np.asarray(wrong))[:3]:
            found.append(f"lot {row} of {view.name(int(lots['flow'][row]))}: {what}")

    state = lots["accepted"]
    tell(view.flow_index[lots["flow"]] < 0, "its flow is not a flow of the scenario")
    tell(~np.isin(state, (0, 1)), "neither accepted nor refused")
    tell((state == 1) & (lots["accepted_s"] < lots["offered_s"]), "accepted before it was offered")
    tell((state == 0) & (lots["departed_s"] != OPEN), "departed without having been accepted")
    departed = lots["departed_s"] != OPEN
    tell(departed & (lots["departed_s"] < lots["accepted_s"]), "departed before it was accepted")
    arrived = lots["delivered_s"] != OPEN
    tell(arrived & (state == 0), "delivered without having been accepted")
    tell(
        arrived & (lots["delivered_s"] < np.maximum(lots["departed_s"], lots["accepted_s"])),
        "delivered before it departed",
    )
    return found


def _deliveries(view: View) -> list[str]:
    """What is delivered of a lot is at most the lot, and all of it once the lot is marked delivered."""
    lots, deliveries = view.table("lots"), view.table("deliveries")
    found = []
    if len(deliveries["lot"]) and not (0 <= deliveries["lot"].min() <= deliveries["lot"].max() < len(lots["flow"])):
        return ["a delivery of a lot that does not exist"]
    delivered = np.bincount(deliveries["lot"], weights=deliveries["tonnes"], minlength=len(lots["flow"]))
    slack = ABSOLUTE_T + RELATIVE * lots["tonnes"]
    for row in np.flatnonzero(delivered > lots["tonnes"] + slack)[:3]:
        found.append(f"lot {row}: {delivered[row]:.3f} t delivered of {lots['tonnes'][row]:.3f} t")
    whole = lots["delivered_s"] != OPEN
    for row in np.flatnonzero(whole & (np.abs(delivered - lots["tonnes"]) > slack))[:3]:
        found.append(f"lot {row}: marked delivered with {delivered[row]:.3f} t of {lots['tonnes'][row]:.3f} t")
    foreign = lots["flow"][deliveries["lot"]] != deliveries["flow"] if len(deliveries["lot"]) else np.zeros(0, bool)
    for row in np.flatnonzero(foreign)[:3]:
        found.append(f"delivery {row}: of flow {view.name(int(deliveries['flow'][row]))}, its lot is of another")
    return found


def _stocks(view: View) -> list[str]:
    """Month by month, the engine's count of a flow's tonnes under way is what was accepted less what was delivered.

    Stocks are read in the last second of a month; what happens in that second may be on either side of the reading.
    """
    lots, deliveries, stocks = view.table("lots"), view.table("deliveries"), view.table("stocks")
    read = view.starts[1:] - 1
    taken = np.where(lots["accepted"] == 1, lots["accepted_s"], OPEN)
    accepted = _sums(view, taken, lots["flow"], lots["tonnes"], read)
    delivered = _sums(view, deliveries["time_s"], deliveries["flow"], deliveries["tonnes"], read)
    counted = {
        (view.names[name], month): amount
        for name, month, amount in zip(
            stocks["name"].tolist(), stocks["month"].tolist(), stocks["amount"].tolist(), strict=True
        )
    }
    found = []
    for number, flow in enumerate(view.blueprint.flows):
        slack = ABSOLUTE_T + RELATIVE * float(accepted[1][:, number].max(initial=0.0))
        for month, label in enumerate(view.month_names):
            least = accepted[0][month, number] - delivered[1][month, number]
            most = accepted[1][month, number] - delivered[0][month, number]
            amount = counted.get((f"flow:{flow.id}:in_transit_t", month))
            if amount is None and most > 0:
                found.append(f"flow {flow.id}: no stock was counted at the end of {label}")
                break
            if amount is not None and not least - slack <= amount <= most + slack:
                found.append(
                    f"flow {flow.id}: {amount:.3f} t under way at the end of {label}, "
                    f"but accepted less delivered is {most:.3f} t"
                )
                break
    return found


def _sums(view: View, time_s: Whole, flow: Whole, tonnes: Floats, read: Whole) -> tuple[Floats, Floats]:
    """Tonnes of each flow (months x flows) up to each reading: before its second, and with it."""
    sums = []
    for side in ("left", "right"):
        place = np.searchsorted(read, time_s, side="left" if side == "right" else "right")
        matrix = np.zeros((len(read) + 1, len(view.blueprint.flows)))
        index = view.flow_index[flow]
        known = (time_s != OPEN) & (index >= 0)
        np.add.at(matrix, (place[known], index[known]), tonnes[known])
        sums.append(np.cumsum(matrix, axis=0)[: len(read)])
    return sums[0], sums[1]
