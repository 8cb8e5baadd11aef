"""A sweep on the terminal: a line a point, then what each factor did. Prints figures, computes none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.statistics import Difference, Interval
from ..analysis.sweep import LEVEL, PERIMETER, PointFigures, Value
from .page import Closing
from .text import bounds, counted, cut, number, p_value, table

if TYPE_CHECKING:
    from .sweep import Sweep

#: points that the page shows; the files hold all
MOST_POINTS = 30
#: levels of a design that the page shows, and of those, how many beside each point
MOST_LEVELS, LEVELS_BESIDE = 10, 3
VALUE = 18  #: letters of a factor's value


def sweep_page(sweep: Sweep) -> str:
    """Points, effects, files, and the command that makes it again."""
    count, runs = len(sweep.points), sweep.replications
    failed = f", {len(sweep.failures)} RUNS FAILED" if sweep.failures else ""
    what = f"{counted(count, 'point')} x {counted(runs, 'replication')}{failed}"
    lines = [f"sweep of {sweep.name} · {what} · seed {sweep.seed} · corridorsim {sweep.version}", sweep.title, ""]
    lines += _points(sweep)
    lines += _value_effects(sweep) + _level_effects(sweep)
    files = [f"{sweep.folder}/"] if sweep.folder else []
    lines += Closing(files, sweep.command).lines()
    return "\n".join(lines)


def _points(sweep: Sweep) -> list[str]:
    shown, order = _shown(sweep.figures)
    beside = [*sweep.varied, *(effect.factor for effect in sweep.level_effects[:LEVELS_BESIDE])]
    names = short_names(beside)
    targets = list(dict.fromkeys(name for line in sweep.figures for name in line.targets))
    capacity = any(line.capacity for line in sweep.figures)
    header = ["point", *names.values(), f"delivered {sweep.year}, Mt on {PERIMETER}"]
    header += [] if sweep.design else ["against point 1", "p"]
    header += ["capacity, Mt"] * capacity
    header += [f"P({letter})" for letter, _ in zip("abcdefghij", targets, strict=False)]
    rows = []
    for line in shown:
        row = [str(line.number), *(_value(line.factors.get(name, "")) for name in beside), _estimate(line.delivered)]
        row += [] if sweep.design else [signed(line.difference), holm_p(line.difference)]
        row += [_estimate(line.capacity)] * capacity
        row += [_chance(line, name) for name in targets[:10]]
        rows.append(row)
    draws = f" and with the same uncertain inputs ({sweep.draws})" if sweep.draws else ""
    if sweep.design and sweep.kept_draws:
        draws = f" and over whole ranges (the {sweep.kept_draws} kept draws are not used)"
    lines = [
        f"every point on the same storms{draws}; {order}",
        "",
        *table(header, rows, left=1 + len(beside), indent=0),
    ]
    lines += [
        f"P({letter}): {name}; * where its target is met" for letter, name in zip("abcdefghij", targets, strict=False)
    ]
    if not sweep.design and any(line.difference and line.difference.pairs > 1 for line in sweep.figures):
        lines.append("differences are paired by replication; all their intervals hold at once, p is Holm's")
    lines += [f"{short}: {path}" for path, short in names.items() if short != path and not path.startswith(LEVEL)]
    levels = [short for path, short in names.items() if path.startswith(LEVEL)]
    if levels:
        what = (
            "levels of the uncertain groups"
            if len(levels) == len(sweep.level_effects)
            else "the levels that matter most"
        )
        lines.append(f"{', '.join(levels)}: {what}, 0 to 1")
    same = [line for line in sweep.figures if line.same_as is not None]
    for line in same[:5]:
        lines.append(f"point {line.number} is the same to the engine as point {line.same_as}")
    lines += [f"  ... and {len(same) - 5} more (points.csv)"] if len(same) > 5 else []
    return lines


def _shown(figures: Sequence[PointFigures]) -> tuple[list[PointFigures], str]:
    """As asked for where all fit, else the best."""
    if len(figures) <= MOST_POINTS:
        return list(figures), "points in the order asked for"
    best = sorted(figures, key=lambda line: -line.delivered.mean if line.delivered else float("inf"))
    return best[:MOST_POINTS], f"the {MOST_POINTS} points that deliver most, of {len(figures)} (points.csv holds all)"


def _value_effects(sweep: Sweep) -> list[str]:
    """Of one factor alone the points say it all."""
    if len(sweep.varied) < 2 and not sweep.design:
        return []
    names, rows = short_names(sweep.varied), []
    for factor, effects in sweep.value_effects.items():
        rows += [
            [
                names[factor] if place == 0 else "",
                _value(effect.value),
                number(effect.mean),
                signed(effect.difference),
            ]
            for place, effect in enumerate(effects)
        ]
    if not rows:
        return []
    header = ["factor", "", f"delivered {sweep.year}, Mt", "against its first value"]
    return ["", "what each factor does, averaged over the others", *table(header, rows, left=2)]


def _level_effects(sweep: Sweep) -> list[str]:
    effects = sweep.level_effects[:MOST_LEVELS]
    if not effects:
        return []
    rows = [
        [
            effect.factor.removeprefix(LEVEL),
            "-" if effect.rank_correlation is None else f"{effect.rank_correlation:+.2f}",
            _plus(effect.slope),
        ]
        for effect in effects
    ]
    more = len(sweep.level_effects) - len(effects)
    heading = f"which unknown delivered {sweep.year} goes with, over {effects[0].draws} draws"
    header = ["uncertain group", "rank correlation", "Mt from low to high"]
    lines = ["", heading + (f" ({more} more in sweep.json)" if more else ""), *table(header, rows)]
    noise = _noise(effects[0].draws)
    return [*lines, f"  a correlation within ±{noise:.2f} may be chance"] if noise < 1 else lines


def _noise(draws: int) -> float:
    """Two standard errors of a rank correlation of what does not depend on each other."""
    return 2 / math.sqrt(max(1, draws - 1))


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """Path -> as many of its last words as tell it from the others; a level by its group's name."""
    plain = {path: path.removeprefix(LEVEL).split(".") for path in paths}
    made = {}
    for path, words in plain.items():
        others = [other for key, other in plain.items() if key != path]
        depth = next((n for n in range(1, len(words)) if all(other[-n:] != words[-n:] for other in others)), len(words))
        made[path] = cut(".".join(words[-depth:]), 30)
    return made


def _value(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else cut(str(value), VALUE)


def _estimate(interval: Interval | None) -> str:
    return "-" if interval is None else f"{number(interval.mean)} {bounds(interval.low, interval.high)}".rstrip()


def signed(difference: Difference | None) -> str:
    """``+0.31 [+0.12, +0.50]``."""
    if difference is None:
        return ""
    interval = difference.interval
    low, high = interval.low, interval.high
    return _plus(interval.mean) + ("" if low is None or high is None else f" [{_plus(low)}, {_plus(high)}]")


def _plus(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def holm_p(difference: Difference | None) -> str:
    """Holm's."""
    return "" if difference is None or difference.adjusted_p is None else p_value(difference.adjusted_p)


def _chance(line: PointFigures, name: str) -> str:
    verdict = line.targets.get(name)
    return "-" if verdict is None else f"{verdict.probability.mean:.2f}{'*' if verdict.met else ' '}"
