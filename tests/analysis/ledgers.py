"""Ledgers written by hand, for figures that can be told beforehand."""

from __future__ import annotations

from corridorsim.ledger import MOVEMENT_KINDS, OPEN, Ledger
from corridorsim.model import Blueprint

HOUR, DAY = 3600, 86400


def month_s(blueprint: Blueprint, month: int, day: int = 1) -> int:
    """Second at which a day of a month (1-12 of the first year) begins."""
    return blueprint.calendar.month_starts_s[month - 1] + (day - 1) * DAY


def write_lot(
    ledger: Ledger, tonnes: float, offered_s: int, departed_s: int = OPEN, delivered_s: int = OPEN, refused: str = ""
) -> int:
    """A lot of ``ore``: accepted when offered, unless refused for a cause at the gate of its origin."""
    flow = ledger.number("ore")
    taken, gate, cause = (0, ledger.number("origin.ore"), ledger.number(refused)) if refused else (1, OPEN, OPEN)
    row = ledger.tables["lots"].add(
        flow,
        tonnes,
        tonnes / 60,
        offered_s,
        taken,
        gate,
        cause,
        OPEN if refused else offered_s,
        departed_s,
        delivered_s,
        0.0,
    )
    if delivered_s != OPEN:
        ledger.tables["deliveries"].add(row, flow, delivered_s, tonnes, 0.0)
    return row


def close_books(blueprint: Blueprint, ledger: Ledger) -> None:
    """Write the stock of every month end, as the engine would count it."""
    lots, deliveries = ledger.tables["lots"].columns, ledger.tables["deliveries"].columns
    name = ledger.number("flow:ore:in_transit_t")
    for month, end in enumerate(blueprint.calendar.month_starts_s[1:]):
        came = sum(
            t
            for t, taken, at in zip(lots["tonnes"], lots["accepted"], lots["accepted_s"], strict=True)
            if taken and at < end
        )
        went = sum(t for t, at in zip(deliveries["tonnes"], deliveries["time_s"], strict=True) if at < end)
        ledger.tables["stocks"].add(name, month, came - went)


def a_year(blueprint: Blueprint) -> Ledger:
    """Three lots: 1,000 t in 10 days, 3,000 t in 20 days, 2,000 t still under way; 500 t refused for want of ships."""
    ledger = Ledger()
    january, june = month_s(blueprint, 1, 2), month_s(blueprint, 6)
    write_lot(ledger, 1000, january, january + DAY, january + 11 * DAY)
    write_lot(ledger, 3000, june, june + 2 * DAY, june + 22 * DAY)
    write_lot(ledger, 2000, month_s(blueprint, 12, 30), month_s(blueprint, 12, 31))
    write_lot(ledger, 500, june, refused="vessel")
    flow, mine, east = (ledger.number(name) for name in ("ore", "mine", "east"))
    train, kind = ledger.number("train 1"), MOVEMENT_KINDS.index("loaded_train")
    ledger.tables["movements"].add(
        kind, train, flow, mine, east, january + DAY, january + DAY + 2 * HOUR, 1000, 1400, 17, 1e5, 1
    )
    wait = ledger.tables["waits"].add
    port, vessel = ledger.number("port_east.rail_ferry"), ledger.number("vessel")
    wait(port, flow, 0, 1000, port, vessel, OPEN, january + 2 * DAY, january + 5 * DAY)
    wait(train, flow, 0, 1000, mine, ledger.number("slot"), train, january + DAY, january + DAY + 12 * HOUR)
    wait(
        ledger.number("ferry 1"),
        OPEN,
        OPEN,
        0,
        port,
        ledger.number("cargo"),
        OPEN,
        blueprint.calendar.end_s - DAY,
        OPEN,
    )
    usage, track = ledger.tables["usage"].add, ledger.number("segment:mine-east")
    for month in range(12):
        usage(track, month, 10 + month, 100)
    usage(ledger.number("vessel:laid up"), 0, 0, 0)
    close_books(blueprint, ledger)
    return ledger
