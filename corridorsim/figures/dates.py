"""Axes of real dates, for figures of days and hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.axes
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


def date_axis(axes: matplotlib.axes.Axes) -> None:
    """Hours, days or months, whatever fits; what all of them share stands once, at the end of the axis."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator: Any = AutoDateLocator(maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def as_days(times: pd.Series[pd.Timestamp]) -> npt.NDArray[np.float64]:
    """Dates as matplotlib counts them, in days."""
    from matplotlib.dates import date2num

    found: npt.NDArray[np.float64] = date2num(times.to_numpy())  # type: ignore[no-untyped-call]
    return found
