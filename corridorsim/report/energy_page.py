"""Energy, cost and carbon on the terminal: by leg, by flow, by class of locomotive. Computes no figure of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.energy import NOTHING, Ranged, Use
from ..analysis.view import HOLDS
from .page import Closing
from .text import counted, table

if TYPE_CHECKING:
    from .energy import Energy

#: flows that the page shows; the files hold all
MOST_FLOWS = 12
NOBODY = "(nobody's: ships that sailed without cargo)"


def energy_page(energy: Energy, perimeter: str, flow: str | None = None) -> str:
    """Legs, flows and classes of the year on a perimeter; with a ``flow`` its legs."""
    summary = energy.result.summary
    runs = summary.replications
    if flow is not None and (flow,) not in energy.by("flow"):
        known = ", ".join(sorted(name for (name,) in energy.by("flow") if name))
        raise KeyError(f"nothing was carried of '{flow}' in {energy.year}; there are {known}")
    lines = [
        f"energy of {summary.scenario} · {energy.year} · {counted(runs, 'replication')} · seed {summary.seed} · "
        f"corridorsim {summary.version}",
        "energy bought, at the scenario's prices: no tariff, wages, wagons or capital. Carbon tank to wheel, with",
        "methane slip; electricity as its grid makes it. [low, high]: every factor at its low or high end at once.",
        "",
    ]
    lines += _legs(energy, perimeter, flow)
    if flow is None:
        lines += ["", *_flows(energy, perimeter), "", *_classes(energy)]
    files = [f"{energy.result.folder}/energy.csv"] if energy.result.folder else []
    return "\n".join([*lines, *Closing(files, energy.command).lines()])


def _legs(energy: Energy, perimeter: str, flow: str | None) -> list[str]:
    found: dict[tuple[str, str], Use] = {}
    for (name, held, mode, leg), use in energy.by("flow", "perimeter", "mode", "leg").items():
        if name == flow or (flow is None and held in HOLDS[perimeter]):
            found.setdefault((mode, leg), Use()).add(use)
    total = Use()
    rows = []
    for (mode, leg), use in sorted(found.items()):
        total.add(use)
        rows.append([_leg(energy, mode, leg), *_amounts(use)])
    if not rows:
        return [f"nothing was carried on perimeter {perimeter} in {energy.year}"]
    rows.append(["together", *_amounts(total)])
    header = [
        "leg",
        "Mio net tkm",
        "diesel kt",
        "LNG kt",
        "power GWh",
        "ship fuel kt",
        "US$ Mio",
        "",
        "kt CO2e",
        "",
        "g/tkm",
    ]
    which = f"flow {flow}" if flow is not None else f"flows of perimeter {perimeter}"
    return [f"by leg, {which}, with the empties, light engines and ballast that they cause", *table(header, rows)]


def _leg(energy: Energy, mode: str, leg: str) -> str:
    text = energy.factors.text
    if mode == "sea":
        ends = (text(f"sea_links.{leg}.{end}").removeprefix("port_") for end in ("from_port", "to_port"))
        return f"sea {leg} {'-'.join(ends)}"
    operator, traction = text(f"territories.{leg}.operator"), text(f"territories.{leg}.traction")
    return f"rail {operator} {traction}" if operator else "rail, no operator named"


def _amounts(use: Use) -> list[str]:
    rail = {"diesel": 1e6, "lng": 1e6, "electricity": 1e6}
    amounts = [use.carriers.get(carrier, NOTHING).value / scale for carrier, scale in rail.items()]
    amounts.append(sum(each.value for name, each in use.carriers.items() if name not in rail) / 1e6)
    per_tkm = use.co2e_kg.over(use.net_tkm)
    return [
        f"{use.net_tkm / 1e6:,.0f}",
        *(_some(amount) for amount in amounts),
        *_pair(use.usd.times(1e-6)),
        *_pair(use.co2e_kg.times(1e-6)),
        f"{per_tkm.value * 1000:.1f}" if per_tkm else "-",
    ]


def _flows(energy: Energy, perimeter: str) -> list[str]:
    rows: list[list[str]] = []
    left = 0
    found = energy.by("flow", "perimeter")
    by_sea = {name: use for (name, mode), use in energy.by("flow", "mode").items() if mode == "sea"}
    on = sorted(
        (name for name, held in found if held in HOLDS[perimeter]),
        key=lambda name: -energy.delivered_t.get(name, 0.0),
    )
    held = {name: use for (name, _), use in found.items()}
    for name in on:
        tonnes = energy.delivered_t.get(name, 0.0)
        if len(rows) == MOST_FLOWS or not tonnes:
            left += 1
            continue
        rows.append([name, *_flow(held[name], by_sea.get(name), tonnes)])
    total, sea, tonnes = Use(), Use(), sum(energy.delivered_t.get(name, 0.0) for name in on)
    for name in on:
        total.add(held[name])
        sea.add(by_sea.get(name, Use()))
    rows.append([f"perimeter {perimeter}", *_flow(total, sea, tonnes)])
    if nobody := held.get(""):
        rows.append(
            [NOBODY, "", *_pair(nobody.usd.times(1e-6)), "US$ Mio", *_pair(nobody.co2e_kg.times(1e-6)), "kt", ""]
        )
    header = ["flow", "Mt", "US$/t", "", "at sea", "kg CO2e/t", "", "at sea", "g/tkm"]
    more = f"; {left} more in the files" if left else ""
    return [f"by flow, per tonne delivered{more}", *table(header, rows)]


def _flow(use: Use, sea: Use | None, tonnes: float) -> list[str]:
    usd, co2e, per_tkm = use.usd.over(tonnes), use.co2e_kg.over(tonnes), use.co2e_kg.over(use.net_tkm)
    sea = sea or Use()
    return [
        f"{tonnes / 1e6:.2f}",
        *_pair(usd),
        f"{sea.usd.value / use.usd.value:.0%}".replace("%", " %") if use.usd.value else "-",
        *_pair(co2e),
        f"{sea.co2e_kg.value / use.co2e_kg.value:.0%}".replace("%", " %") if use.co2e_kg.value else "-",
        f"{per_tkm.value * 1000:.1f}" if per_tkm else "-",
    ]


def _classes(energy: Energy) -> list[str]:
    """What 1,000 gross tonne-kilometres cost with each class, light engines included."""
    found = {
        name: use for (mode, name), use in energy.by("mode", "class_id").items() if mode == "rail" and use.gross_tkm
    }
    if not found:
        return ["no train ran"]
    everything = sum(use.gross_tkm for use in found.values())
    rows = []
    for name, use in sorted(found.items(), key=lambda item: -item[1].gross_tkm):
        against = energy.against_diesel.get(name)
        claimed = energy.factors.number(f"locomotive_classes.{name}.energy_cost_against_diesel")
        said = f"{claimed.value:g} [{claimed.low:g}, {claimed.high:g}]" if claimed else ""
        share = f"{use.gross_tkm / everything:.1%}".replace("%", " %")
        usd, co2e = use.usd.over(use.gross_tkm / 1000), use.co2e_kg.over(use.gross_tkm / 1000)
        rows.append([
            name or "(no class given)", share, *_pair(usd), *_pair(co2e),
            f"{against[0]:.2f}" if against else "", f"{against[1]:.2f}" if against else "", said,
        ])  # fmt: skip
    header = [
        "locomotives",
        "of gross tkm",
        "US$/1000 gtkm",
        "",
        "kg CO2e/1000 gtkm",
        "",
        "US$ / diesel's",
        "CO2e / diesel's",
        "claimed",
    ]
    return [
        "by class of locomotive; beside the diesels of the same lines where it is LNG or battery",
        *table(header, rows),
    ]


def _some(amount: float) -> str:
    return f"{amount:,.1f}" if amount >= 0.05 else "-" if not amount else f"{amount:.3f}"


def _pair(amount: Ranged | None) -> tuple[str, str]:
    """A figure and its bounds."""
    if amount is None:
        return "-", ""
    places = 1 if amount.value >= 10 else 2
    return f"{amount.value:,.{places}f}", f"[{amount.low:,.{places}f}, {amount.high:,.{places}f}]"
