"""Which line, on which day, with which trains: what a study of capacity is asked, as trials of the line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import Runnable, Scenario
from ..scenario import Issue, Issues, Origin
from .field import chosen_scenario

if TYPE_CHECKING:
    from ..analysis.line import Line
    from ..engine import LineTrial, TrainKind
    from ..experiment.line_runs import LineCase
    from ..model.tracklaying import Stretch, Work

#: no line carries so many times what its formula says
TOO_MANY = 5.0
#: km/h of express trains
SLOWEST, FASTEST = 5.0, 500.0
#: layers beside a scenario that put lines into loop detail
FOLDER = "loops"
#: by how much the speed of a train may differ from that of its line
SPREAD = 0.05
WARM_UP_DAYS = 5


def chosen_line(
    segment: str | Sequence[str], scenario: Runnable, with_layers: Sequence[str | Path], sets: Sequence[str]
) -> tuple[Scenario, Line]:
    """The scenario, with the layers that put the line into loop detail where it has none, and the line."""
    name = segment if isinstance(segment, str) else "+".join(segment)
    if isinstance(scenario, Scenario):
        chosen = chosen_scenario(scenario, with_layers, sets)
    else:  # what is set may be of the layers (a loop, a headway between them), so they are found without it
        chosen = chosen_scenario(scenario, with_layers, ())
        layers = _layers_for(chosen, _without_loops(chosen, _line_in(chosen, name).segments))
        if layers or sets:
            chosen = chosen_scenario(scenario, (*with_layers, *layers), sets)
    line = _line_in(chosen, name)
    rows = chosen.plan.loaded.scenario.segments
    bare = [name for name in _without_loops(chosen, line.segments) if not rows[name].double_track]
    if bare:
        raise wrong(
            "SEGMENT",
            f"no loops are known on {', '.join(bare)}, so that its capacity is what its railway declares",
            "give it 'loops' (or a layer that does), see docs/loops.md",
        )
    return chosen, line


def _line_in(chosen: Scenario, name: str) -> Line:
    from ..analysis.line import NoSuchLine, line_between, line_of

    blueprint = chosen.plan.given.make(0)
    try:
        if ".." in name:
            origin, _, destination = name.partition("..")
            return line_between(blueprint, origin.strip(), destination.strip())
        return line_of(blueprint, [part.strip() for part in name.split("+")])
    except NoSuchLine as fault:
        raise wrong("SEGMENT", str(fault), "a segment, some joined by +, or two stations as from..to") from None


def _without_loops(chosen: Scenario, segments: Sequence[str]) -> list[str]:
    rows = chosen.plan.loaded.scenario.segments
    return [name for name in segments if not rows[name].loops]


def _layers_for(chosen: Scenario, bare: Sequence[str]) -> list[str]:
    """Layers beside the scenario that give loops to some of these segments, in order of name."""
    from ..scenario import find, read
    from ..scenario.roots import SUFFIXES, root_of

    plan = chosen.plan
    file = Path(plan.source) if Path(plan.source).is_file() else find(plan.source)
    folder = root_of(file) / FOLDER if file else None
    if not bare or folder is None or not folder.is_dir():
        return []
    found, missing = [], set(bare)
    for layer in sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES):
        rows = read(plan.source, with_layers=[*plan.with_layers, layer]).scenario.segments
        given = {name for name in missing if rows[name].loops}
        if given:
            name = f"{FOLDER}/{layer.stem}"
            found.append(name if find(name) == layer else str(layer))
            missing -= given
    return found


def day_asked(on: dt.date | str | None, chosen: Scenario) -> dt.date:
    horizon = chosen.plan.loaded.scenario.horizon
    try:
        day = horizon.end if on is None else dt.date.fromisoformat(on) if isinstance(on, str) else on
    except ValueError:
        raise wrong("--on", f"'{on}' is no day", "write 2026-07-01") from None
    if not horizon.start <= day <= horizon.end:
        raise wrong("--on", f"{day} is not in the horizon", f"it is {horizon.start} to {horizon.end}")
    return day


def works_asked(candidates: Sequence[str]) -> dict[str, tuple[Work, ...]]:
    """The works of each candidate."""
    from ..model.tracklaying import parse_works

    found: dict[str, tuple[Work, ...]] = {}
    for text in candidates:
        try:
            works = parse_works(text)
        except ValueError as fault:
            raise wrong("--add", str(fault)) from None
        same = next((name for name, known in found.items() if known == works), None)
        if same is not None:
            raise wrong("--add", f"'{text}' stands twice" + (f" (as '{same}')" if same != text else ""))
        found[text] = works
    return found


def _fast(text: str) -> tuple[float, float]:
    """``0.2@80``: (share, km/h)."""
    found = re.fullmatch(r"(\d*\.?\d+)(%?)@(\d*\.?\d+)", text.strip())
    share, speed = (float(found[1]) / (100 if found[2] else 1), float(found[3])) if found else (0.0, 0.0)
    if not 0 < share < 1 or speed <= 0:
        raise wrong("--fast", f"'{text}' is no share of trains with a speed", "write 0.2@80: a fifth at 80 km/h")
    if not SLOWEST <= speed <= FASTEST:
        raise wrong("--fast", f"{speed:g} km/h is not between {SLOWEST:g} and {FASTEST:g}", "write 0.2@80")
    return share, speed


class WrongCall(Issues, ValueError):
    """A call that asks for what is not there, or for what does not go together."""


def wrong(option: str, message: str, hint: str = "") -> WrongCall:
    return WrongCall([Issue.at(Origin(option, 1, 1), "", message, hint)])


@dataclass(frozen=True)
class Variant:
    """The line with some track laid."""

    name: str
    trial: LineTrial  #: saturated; volumes are put in


@dataclass(frozen=True)
class Asked:
    """The line, the day and the trains of all trials."""

    chosen: Scenario
    line: Line
    stretches: tuple[Stretch, ...]
    at_s: int
    kinds: tuple[TrainKind, ...]
    days: int
    window_s: int

    @classmethod
    def of(
        cls, chosen: Scenario, line: Line, day: dt.date, length_m: float | None, fast: str | None,
        window_h: float, days: int,
    ) -> Asked:  # fmt: skip
        from ..engine import TrainKind
        from ..model.tracklaying import Stretch

        for option, value, least, most in (
            ("--days", days, 1, 3650), ("--window", window_h, 0, 20),
            ("--length", 1 if length_m is None else length_m, 1, 1e5),
        ):  # fmt: skip
            if not least <= value <= most:
                raise wrong(option, f"{value:g} is not between {least:g} and {most:g}")
        loaded = chosen.plan.loaded
        plans = {plan.id: plan for plan in chosen.plan.given.make(0).segments}
        stretches = tuple(
            Stretch(name, km, plans[name].length_m / 1000, plans[name].from_node == node)
            for name, km, node in zip(line.segments, line.km, line.nodes, strict=False)
        )
        length = length_m if length_m is not None else loaded.scenario.single_track.other_train_length_m.value
        kinds: tuple[TrainKind, ...] = (TrainKind("freight", 1.0, length),)
        if fast is not None:
            share, kmh = _fast(fast)
            kinds = (TrainKind("freight", 1 - share, length), TrainKind("fast", share, length, kmh / 3.6, True))
        return cls(
            chosen,
            line,
            stretches,
            (day - loaded.scenario.horizon.start).days * 86_400,
            kinds,
            days,
            round(window_h * 3600),
        )

    @property
    def declared(self) -> float:
        """Pairs a day that the railway declares: the least of its segments on the day."""
        plans = {plan.id: plan for plan in self.chosen.plan.given.make(0).segments}
        return min(plans[name].pairs_per_day.at(self.at_s) for name in self.line.segments)

    def variant(self, name: str, works: Sequence[Work]) -> Variant:
        """The line with these works. Raises Issues."""
        from ..engine import LineTrial
        from ..model.tracklaying import built, lay

        loaded = self.chosen.plan.loaded
        plans = {plan.id: plan for plan in self.chosen.plan.given.make(0).segments}
        try:
            rows = lay(loaded.scenario.segments, self.stretches, works)
        except ValueError as fault:
            raise wrong("--add", f"{name}: {fault}") from None
        try:
            segments, rules = built(loaded, plans, rows, self.at_s)
        except Issues as faults:
            if not works:
                raise
            raise wrong("--add", f"{name}: {faults.issues[0].message}") from None
        along = tuple(stretch.along for stretch in self.stretches)
        trial = LineTrial(segments, along, rules, self.kinds, 0.0, self.days, WARM_UP_DAYS, SPREAD, self.window_s)
        return Variant(name, trial)

    def trial(self, variant: Variant, trains: float, segment: int | None = None) -> LineTrial:
        """So many trains a day over the line; 0 saturates it (each segment by itself: between them trains queue)."""
        one = slice(None) if segment is None else slice(segment, segment + 1)
        made = variant.trial
        return replace(made, segments=made.segments[one], along=made.along[one], trains_per_day=trains)

    def case(self, variant: Variant, trains: float, segment: int | None = None) -> LineCase:
        """The same with a name."""
        from ..experiment.line_runs import LineCase

        words = f"{trains:g} trains a day" if trains else "saturated"
        where = self.line.segments[segment] if segment is not None else "the line"
        return LineCase(f"{where} {variant.name}, {words}", self.trial(variant, trains, segment))
