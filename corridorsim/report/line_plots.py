"""``plot`` of a line's capacity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .plots import NothingToDraw, Plots
from .text import counted

if TYPE_CHECKING:
    from ..figures import Figure
    from .line_capacity import LineCapacity

#: the days of a string-line: after so many, and how many are shown
AFTER_DAYS, SHOWN_DAYS = 5, 1.5


class LineCapacityPlots(Plots):
    """Of ``corridorsim capacity``."""

    def __init__(self, made: LineCapacity) -> None:
        self._made = made

    def string_line(self) -> Figure:
        """Trains at the volume at which candidates are compared, time against distance."""
        from ..analysis.line_pieces import pieces
        from ..engine import try_line
        from ..figures import string_line

        made = self._made
        trial = replace(made.trial, days=AFTER_DAYS + 2, warm_up_days=0)
        replication = made.replications[0]
        log = try_line(trial, seed=made.seed, replication=replication)
        hours = SHOWN_DAYS * 24
        return string_line(
            pieces(trial, log, made.stations, made.day, AFTER_DAYS, SHOWN_DAYS, made.critical[0]),
            title=f"{hours:g} hours on {made.line} with {made.compared:g} trains a day",
            caption=self._caption(
                f"One run, replication {replication}. Each line is a train, level where it waits for others; dotted: "
                f"loops. Shaded: the critical section, {made.critical[0].name}."
            ),
        )

    def delay_volume(self) -> Figure:
        """Mean and 90 % point of delay against trains a day."""
        from ..figures import delay_volume

        made = self._made
        return delay_volume(
            made.curve,
            capacity=2 * made.capacity.mean,
            title=f"Delay against volume: {made.line}",
            caption=self._caption(
                f"Hours beyond what a train takes alone, over {made.trial.days} days; trains come at any moment. Means "
                "and 95 % intervals."
            ),
        )

    def occupation(self) -> Figure:
        """How far each section is occupied, along the line."""
        from ..figures import occupation

        made = self._made
        return occupation(
            made.table,
            compared=made.compared,
            title=f"Occupation of the sections of {made.line}",
            caption=self._caption(
                "In the manner of UIC 406: the trains of a section as close together as its intervals allow, over the "
                "time that there is."
            ),
        )

    def gains(self) -> Figure:
        """What each candidate brings."""
        import pandas as pd

        from ..figures import track_gains

        made = self._made
        if not made.gains:
            raise NothingToDraw("no track was asked to be laid (--add)")
        return track_gains(
            pd.DataFrame(made.gain_rows()),
            compared=made.compared,
            title=f"What more track would bring: {made.line}",
            caption=self._caption("Each by itself, paired on the same trains, with 95 % intervals."),
        )

    def _caption(self, words: str) -> str:
        made = self._made
        runs = f"{counted(len(made.replications), 'replication')}, seed {made.seed}; corridorsim {made.version}."
        return f"{made.name}, as on {made.day}. {words} {runs}"
