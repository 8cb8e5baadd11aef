"""One replication run again with all that it wrote: tidy frames by the second, and the figures that need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from .commands import asked_of

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis.view import View
    from ..experiment import Plan
    from ..figures import Figure
    from .result import Result

#: a day, or a time of a day: "2027-03-01", "2027-03-01 06:00", or as datetime has it
Moment: TypeAlias = "str | dt.date | dt.datetime"
DAY_S = 86_400
#: flows that a figure of days in transit shows unless told otherwise, those with most tonnes
MOST_FLOWS = 12


class NotTheSame(ValueError):
    """The run cannot be made again: the scenario, or the model, is not what it was when the result was made."""


class Replay:
    """One replication with its full ledger; times are the horizon's own (UTC+5), to the second.

    ``story`` tells in words what happened to a train, a ship or a lot.
    """

    def __init__(self, view: View, *, name: str, seed: int, replication: int) -> None:
        self.view = view
        self.name = name
        self.seed = seed
        self.replication = replication

    @cached_property
    def hops(self) -> pd.DataFrame:
        """One row a train and segment: train, trip, kind, flow, segment, from_node, to_node, asked, start, leave."""
        from ..analysis.replay import hops

        return hops(self.view)

    @cached_property
    def movements(self) -> pd.DataFrame:
        """One row a train, light engine or voyage from start to end: name, kind, flow, places, times, tonnes, km."""
        from ..analysis.replay import movements

        return movements(self.view)

    @cached_property
    def waits(self) -> pd.DataFrame:
        """One row a wait: name (who), flow, lot, tonnes, place, cause, behind (whom), start, end."""
        from ..analysis.replay import waits

        return waits(self.view)

    @cached_property
    def states(self) -> pd.DataFrame:
        """One row a spell: name, state, other, start, end: weather, bans, locomotives and ships."""
        from ..analysis.replay import states

        return states(self.view)

    @cached_property
    def lots(self) -> pd.DataFrame:
        """One row a lot offered: flow, tonnes, when offered, accepted, departed, delivered, days in transit."""
        from ..analysis.replay import lots

        return lots(self.view)

    @property
    def start(self) -> dt.datetime:
        """First moment of the horizon."""
        return dt.datetime.fromisoformat(self.view.blueprint.calendar.start)

    @property
    def end(self) -> dt.datetime:
        """The moment after its last."""
        return self.start + dt.timedelta(seconds=self.view.end_s)

    @property
    def plot(self) -> ReplayPlots:
        """Its figures, each by a method: ``plot.string_line("aktau_port", "beyneu", since="2027-03-01", days=4)``."""
        return ReplayPlots(self)

    def story(self, of: str | int) -> str:
        """What happened to a train or ship (its name) or a lot (its number), in order. Raises NoSuchActor."""
        from ..analysis.story import Story

        story = Story(self.view.blueprint, self.view.ledger)
        return story.lot_number(of) if isinstance(of, int) else story.actor(of)

    def __repr__(self) -> str:
        return f"<replay of {self.name}, replication {self.replication}, seed {self.seed}>"


class ReplayPlots:
    """Figures of one replay. ``since`` is the first day (or moment) that is shown, ``days`` how many; unless told, the
    last year of the results is meant: its first days, or all of it."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._view = replay.view

    def string_line(
        self,
        origin: str | Sequence[str],
        destination: str | None = None,
        *,
        since: Moment | None = None,
        days: float = 7,
    ) -> Figure:
        """Time against distance: every train between two stations (by the shortest railway), or on a list of segments
        that follow one another. Raises analysis.line.NoSuchLine, ValueError for a period outside the horizon.
        """
        from ..analysis.line import line_between, line_of, string_line
        from ..figures import string_line as drawn

        blueprint = self._view.blueprint
        if isinstance(origin, str):
            if destination is None:
                raise ValueError("a line needs two stations, or a list of segments")
            line = line_between(blueprint, origin, destination)
        else:
            if destination is not None:
                raise ValueError("a line is given by two stations or by its segments, not by both")
            line = line_of(blueprint, origin)
        period = self._period(since, days)
        table = string_line(self._view, line, *period)
        title = f"Trains between {line.nodes[0]} and {line.nodes[-1]}, {self._days(period)}"
        return drawn(
            table,
            title=title,
            caption=self._caption(
                "Each line is a train, level where it waits. On a segment that is ruled by slots trains meet wherever "
                "their lines cross, and other traffic takes slots without being drawn; with loops both are followed."
            ),
        )

    def gantt(
        self, links: str | Sequence[str] | None = None, *, since: Moment | None = None, days: float = 30
    ) -> Figure:
        """Ships and their berths, a row each, with the weather that closes ports; ``links``: sea links (or one) whose
        ships are shown, all unless told. Raises ValueError for a link without ships or a period outside the horizon.
        """
        import pandas as pd

        from ..analysis.replay import when
        from ..analysis.ships import gantt
        from ..figures import gantt as drawn

        known = list(dict.fromkeys(plan.link for plan in self._view.blueprint.vessels))
        chosen = known if links is None else [links] if isinstance(links, str) else list(links)
        for link in chosen:
            if link not in known:
                raise ValueError(f"no ship sails on '{link}'; sea links with ships: {', '.join(known) or 'none'}")
        period = self._period(since, days)
        table = gantt(self._view, chosen, *period)
        if table.empty:
            raise ValueError(f"no ship is in service {self._days(period)}")
        table = pd.DataFrame(
            {
                **{name: table[name] for name in ("group", "row", "state", "detail")},
                **{name: when(self._view, table[f"{name}_s"].to_numpy()) for name in ("start", "end")},
            }
        )
        over = "" if links is None else f" of {', '.join(chosen)}"
        return drawn(
            table,
            title=f"Ships{over} and their berths, {self._days(period)}",
            caption=self._caption(
                "Ships wait for cargo and weather at anchor. The model counts the berths that are taken; which of "
                "them a ship has is drawn as the first that is free."
            ),
        )

    def fleet(
        self,
        territory: str | None = None,
        *,
        since: Moment | None = None,
        days: float | None = None,
        step_hours: float | None = None,
    ) -> Figure:
        """What the locomotives of a territory (of all, unless told) do over time, mean of each step (a day, or an hour
        where less than three weeks are shown). Raises analysis.fleet.NoSuchFleet, ValueError for a bad period.
        """
        from ..analysis.fleet import fleet
        from ..figures import fleet as drawn

        period = self._period(since, days)
        step_s = self._step(period, step_hours)
        return drawn(
            fleet(self._view, territory, *period, step_s),
            title=f"Locomotives of {territory or 'all territories'} by what they do, {self._days(period)}",
            caption=self._caption(
                f"Units assigned to the corridor; mean of each {_spell(step_s)}. A unit stands with its train at "
                "borders, in queues and while other units come; one that has failed waits for a bay or is repaired."
            ),
        )

    def transit(
        self, flows: str | Sequence[str] | None = None, *, since: Moment | None = None, days: float | None = None
    ) -> Figure:
        """Days in transit of the lots delivered in a period, by flow: some flows, or the twelve with most tonnes.

        Raises ValueError where no lot of these flows was delivered, or for a period outside the horizon.
        """
        import pandas as pd

        from ..figures import days as drawn

        period = self._period(since, days)
        first, last = (pd.Timestamp(self._moment(second)) for second in period)
        lots = self._replay.lots
        mine = lots[(lots.delivered >= first) & (lots.delivered < last)]
        ids = [flow.id for flow in self._view.blueprint.flows]
        asked = [flows] if isinstance(flows, str) else flows
        for flow in asked or ():
            if flow not in ids:
                raise ValueError(f"there is no flow '{flow}'; flows: {', '.join(ids)}")
        tonnes = mine.groupby("flow").tonnes.sum().sort_values(ascending=False)
        chosen = list(tonnes[tonnes > 0].index[:MOST_FLOWS]) if asked is None else asked
        mine = mine[mine.flow.isin(chosen)]
        if mine.empty:
            raise ValueError(f"no lot of {', '.join(chosen) or 'any flow'} was delivered {self._days(period)}")
        order = mine.groupby("flow").days.median().sort_values().index
        table = pd.concat([mine[mine.flow == flow] for flow in order])[["flow", "delivered", "tonnes", "days"]]
        return drawn(
            table.reset_index(drop=True),
            title=f"Days in transit, lots delivered {self._days(period)}",
            caption=self._caption(
                "From a lot's first train (or its acceptance, where it goes by no train) to the delivery of its last "
                "part; number of lots in brackets, each counts once."
            ),
        )

    def queue(
        self,
        place: str,
        *,
        since: Moment | None = None,
        days: float | None = None,
        step_hours: float | None = None,
    ) -> Figure:
        """Tonnes that wait at a place over time, by cause: a station, segment, border or terminal, or a port for all
        its terminals. Raises analysis.queues.NoSuchPlace, ValueError for a period outside the horizon.
        """
        from ..analysis.queues import queue
        from ..figures import queue as drawn

        period = self._period(since, days)
        step_s = self._step(period, step_hours)
        return drawn(
            queue(self._view, place, *period, step_s),
            title=f"Cargo that waits at {place}, {self._days(period)}",
            caption=self._caption(f"Mean of each {_spell(step_s)}; cargo on board of ships that wait there included."),
        )

    # --- periods and words --------------------------------------------------------------------------------------------

    def _period(self, since: Moment | None, days: float | None) -> tuple[int, int]:
        """(first second, the one after the last), cut at the end of the horizon."""
        view, start = self._view, self._replay.start
        first_month, last_month = (view.months_of(view.years[-1])[place] for place in (0, -1))
        if since is None:
            begin = int(view.starts[first_month])
        else:
            moment = dt.datetime.fromisoformat(since) if isinstance(since, str) else since
            if not isinstance(moment, dt.datetime):
                moment = dt.datetime.combine(moment, dt.time())
            begin = round((moment.replace(tzinfo=None) - start).total_seconds())
        if not 0 <= begin < view.end_s:
            raise ValueError(f"{self._moment(begin):%Y-%m-%d} is not in the horizon, {start:%Y-%m-%d} to {self._last}")
        if days is None:
            end = int(view.starts[last_month + 1]) if since is None else view.end_s
        elif days <= 0:
            raise ValueError("the period must have some days")
        else:
            end = begin + round(days * DAY_S)
        return begin, min(end, view.end_s)

    def _moment(self, second: int) -> dt.datetime:
        return self._replay.start + dt.timedelta(seconds=second)

    @property
    def _last(self) -> str:
        return f"{self._replay.end - dt.timedelta(seconds=1):%Y-%m-%d}"

    def _days(self, period: tuple[int, int]) -> str:
        first, last = self._moment(period[0]), self._moment(period[1] - 1)
        if first.date() == last.date():
            return _day(first)
        return f"{_day(first, last)} to {_day(last)}"

    def _step(self, period: tuple[int, int], hours: float | None) -> int:
        if hours is not None and hours <= 0:
            raise ValueError("a step must have some hours")
        if hours is not None:
            return max(1, round(hours * 3600))
        return 3600 if period[1] - period[0] < 21 * DAY_S else DAY_S

    def _caption(self, text: str) -> str:
        from .. import __version__

        replay = self._replay
        return (
            f"{replay.name}: one run, replication {replay.replication} of seed {replay.seed}; not a mean. {text} Times "
            f"are UTC+5. corridorsim {__version__}."
        )


def _day(day: dt.datetime, other: dt.datetime | None = None) -> str:
    """Without the year where the other day tells it."""
    year = "" if other is not None and other.year == day.year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"


def _spell(step_s: int) -> str:
    return {3600: "hour", DAY_S: "day"}.get(step_s, f"{step_s / 3600:g} hours")


# --- running again ----------------------------------------------------------------------------------------------------


def replayed(item: Plan, *, replication: int, seed: int, saturating: bool = False, sampled: bool = False) -> Replay:
    """One replication of a scenario, run in this process. Raises ValueError where it has no such runs."""
    from ..analysis.view import View
    from ..experiment import rerun

    if replication < 0 or seed < 0:
        raise ValueError("replications and seeds are counted from 0")
    name = _case_name(saturating, sampled)
    cases = item.cases(seed)
    if name not in cases:
        why = "its inputs are not sampled" if sampled and not item.samples else "no target asks for saturating demand"
        raise ValueError(f"{item.label} has no such runs: {why}")
    view = View(*rerun(cases[name], seed=seed, replication=replication, hops=True))
    return Replay(view, name=cases[name].name, seed=seed, replication=replication)


def replayed_result(result: Result, *, replication: int, saturating: bool = False, sampled: bool = False) -> Replay:
    """One run of a result again, the very same. Raises ValueError where the result has no such run, NotTheSame where
    scenario or model have changed since, scenario.Issues where the scenario cannot be read any more."""
    from ..analysis.volumes import Volumes
    from ..experiment import plan

    name, summary = _case_name(saturating, sampled), result.summary
    runs = result.sets.get(name)
    if runs is None:
        raise ValueError(f"{result!r} has no runs that are {name.replace('_', ' and ')}")
    if replication not in runs:
        raise ValueError(f"{result!r} has no replication {replication}; it has {min(runs)} to {max(runs)}")
    try:
        source, with_layers, sets = asked_of(result.command)
    except ValueError as fault:
        raise NotTheSame(f"{result.name} cannot be run again from its folder: {fault}") from fault
    item = plan(source, with_layers, sets)
    if item.given.key != summary.hash:
        raise NotTheSame(
            f"{result.name} is not what it was: the result was made from {summary.hash[:8]}, {source} is "
            f"{item.given.key[:8]} now. Run it again (corridorsim run), or replay the scenario as it is"
        )
    replay = replayed(item, replication=replication, seed=summary.seed, saturating=saturating, sampled=sampled)
    if Volumes(replay.view).months() != runs[replication]["tables"]["months"]:
        raise NotTheSame(
            f"{result.name} runs otherwise now: the result was made by other code (corridorsim {summary.version}). "
            "Run it again (corridorsim run), or replay the scenario as it is"
        )
    return replay


def _case_name(saturating: bool, sampled: bool) -> str:
    return {(False, False): "as_given", (True, False): "saturating", (False, True): "sampled"}.get(
        (saturating, sampled), "sampled_saturating"
    )
