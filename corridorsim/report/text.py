"""Figures and columns as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.estimates import Estimate, TargetResult

WIDTH = 128


def number(value: float) -> str:
    """Mt or days: two decimals, more where two would hide the figure."""
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.4f}"


def percent(share: float) -> str:
    """A share as per cent; one decimal, none from 100 on."""
    return f"{share:.0%}".replace("%", " %") if share >= 0.9995 else f"{share:.1%}".replace("%", " %")


def whole(value: float) -> str:
    """A count with thousands set apart."""
    return f"{value:,.0f}"


def counted(count: int, what: str) -> str:
    """``1 run``, ``3 runs``."""
    return f"{count} {what}{'s' * (count != 1)}"


def bounds(low: float | None, high: float | None) -> str:
    """``[low, high]``, or nothing where there is no interval."""
    return "" if low is None or high is None else f"[{number(low)}, {number(high)}]"


def estimate(value: Estimate) -> str:
    """``mean [low, high]``."""
    return f"{number(value.mean)} {bounds(value.low, value.high)}".rstrip()


def chance(target: TargetResult) -> str:
    """``P = 0.90 [0.55, 1.00]``."""
    interval = "" if target.low is None or target.high is None else f" [{target.low:.2f}, {target.high:.2f}]"
    return f"P = {target.probability:.2f}{interval}"


def verdict(target: TargetResult) -> str:
    """``met`` or ``not met``."""
    return "met" if target.met else "not met"


def p_value(value: float | None) -> str:
    """A level of significance; ``-`` where there is none."""
    if value is None:
        return "-"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, indent: int = 2) -> list[str]:
    """Aligned lines: the first ``left`` columns to the left, the others to the right."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return [
        (
            " " * indent
            + "  ".join(
                cell.ljust(width) if place < left else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        ).rstrip()
        for line in lines
    ]


def ends(left: str, right: str) -> str:
    """One line with a text at either end."""
    return f"{left}{right.rjust(max(WIDTH - len(left), len(right) + 3))}"


def cut(text: str, width: int) -> str:
    """At most ``width`` characters, with a mark where some were left out."""
    return text if len(text) <= width else text[: width - 1] + "…"
