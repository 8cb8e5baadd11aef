"""The world of one run: everything in its place, and the conductor that takes cargo from one stage to the next."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from corridorsim.ledger import OPEN, Ledger
from corridorsim.model import Blueprint, DryPortStage, Journey, Path, RailStage, SeaStage

from .acceptance import Gate
from .borders import Border
from .cargo import Kin, Part, alive
from .demand import Flow
from .dry_ports import DryPort
from .kernel import HANDLING, Actor, Kernel, Steps, Token
from .locomotives import Pool, Unit, make_pools
from .policies import acceptance_policy
from .routing import Router
from .sea_ports import Terminal
from .streams import Streams
from .track import Lane, Segment
from .trains import Train, run_light
from .vessels import make_ships
from .wagons import WagonPool
from .weather import Weather
from .yards import Yards, uncount

#: the hops of a path: segment, lane, border before it, places at the station after it (none at the last)
Way = list[tuple[Segment, Lane, Border | None, Token | None]]


class World:
    """All that a run consists of, by id."""

    def __init__(self, blueprint: Blueprint, ledger: Ledger, streams: Streams) -> None:
        self.blueprint = blueprint
        self.streams = streams
        self.kernel = kernel = Kernel(ledger)
        self.number = ledger.number
        self.train_hops = 0
        self.train_events = 0
        self.trains = 0
        self.parts: Kin = []
        self._ways: dict[int, tuple[Path, Way]] = {}  #: by identity, which is a path's own as long as it is kept
        self._loco_changes = dict(blueprint.loco_change)
        self.weather = Weather(blueprint, kernel, streams)
        self.segments = {
            plan.id: Segment(plan, kernel, streams, blueprint.assumptions, blueprint.single_track)
            for plan in blueprint.segments
        }
        rules = blueprint.single_track
        self.lengths_m = dict((*rules.locomotive_m, *rules.wagon_m)) if rules else {}
        self.borders = {(b.node_from, b.node_to): Border(b, kernel, streams) for b in blueprint.borders}
        self.links = {link.id: link for link in blueprint.sea_links}
        self.gates = {plan.id: Gate(plan, kernel) for plan in blueprint.gates}
        self.acceptance = acceptance_policy(blueprint.acceptance)
        self.router = Router(blueprint, self.segments, kernel)
        self.yards = Yards(kernel, self.router, blueprint.assumptions, self._depart)
        self.pools, self.workshops = make_pools(blueprint, kernel, streams, self._run_light, self.router)
        self.wagons = {
            plan.id: WagonPool(
                plan,
                {(u, home): blueprint.journeys[i] for (pool, u, home), i in blueprint.empty_returns if pool == plan.id},
                kernel,
                self.enter_stage,
                self.yards,
                self.parts,
            )
            for plan in blueprint.wagon_pools
        }
        self.loaded_at = {
            (stage.from_terminal, stage.link)
            for journey in blueprint.journeys
            for stage in journey.stages
            if isinstance(stage, SeaStage)
        }
        self.terminals = {plan.id: Terminal(plan, self) for plan in blueprint.terminals}
        self.dry_ports = {plan.id: DryPort(plan, self) for plan in blueprint.dry_ports}
        self.ships = make_ships(self)
        self.flows = {plan.id: Flow(plan, self) for plan in blueprint.flows}
        self._flow_of = {flow.number: flow for flow in self.flows.values()}
        self._keep_calendar()

    # --- the conductor --------------------------------------------------------------------------------------------

    def enter_stage(self, part: Part, station: str) -> None:
        """A part stands at a station with its next stage before it, or at its end."""
        stages = part.journey.stages
        if part.stage == len(stages):
            self._end(part, station)
            return
        stage = stages[part.stage]
        if isinstance(stage, RailStage):
            origin = stage.origin
            if stage.takes_wagons and stage.pool and not part.journey.empty:
                self.wagons[stage.pool].ask(part, origin, lambda ready: self.yards.add(ready, origin, stage))
            else:
                if stage.takes_wagons and not part.journey.empty:
                    part.wagons = ceil(part.units * part.journey.wagons_per_unit)
                self.yards.add(part, origin, stage)
        elif isinstance(stage, SeaStage):
            self.terminals[stage.from_terminal].receive(part, stage)
        else:
            self.dry_ports[stage.dry_port].receive(part, stage)

    def arrive(self, train: Train, parts: list[Part], stage: RailStage, station: str) -> Steps:
        """A train has reached the end of its stage."""
        by_sea: dict[SeaStage, list[Part]] = {}
        unload: list[Part] = []
        for part in parts:
            part.stage += 1
            following = part.journey.stages[part.stage] if part.stage < len(part.journey.stages) else None
            if isinstance(following, SeaStage):
                by_sea.setdefault(following, []).append(part)
            elif isinstance(following, DryPortStage) or part.journey.empty:
                self.enter_stage(part, station)
            else:
                unload.append(part)
        kernel, came = self.kernel, self.kernel.now
        for sea_stage, group in by_sea.items():
            if kernel.now > came:  # those before them of the same train
                kernel.carried(HANDLING, train.number, group, self.number(station), came, kernel.now)
            yield from self.terminals[sea_stage.from_terminal].receive_train(train, group, sea_stage, station)
        if unload:
            if stage.drops_wagons:
                handling = self.blueprint.assumptions.terminal_handling_s
                yield self.streams.seconds(handling, "terminal handling", station)
            if kernel.now > came:
                kernel.carried(HANDLING, train.number, unload, self.number(station), came, kernel.now)
            if stage.drops_wagons:
                for part in unload:
                    self.empty_wagons(part, station)
            for part in unload:
                self.enter_stage(part, station)

    def empty_wagons(self, part: Part, station: str) -> None:
        """A part leaves its wagons at a station."""
        if part.pool:
            self.wagons[part.pool].emptied(part, station)
        part.wagons = 0

    def road_gate(self, part: Part) -> Gate | None:
        """The limit that counts a part set aside: of the port ahead, else of the last one, else the origin's."""
        stages = part.journey.stages
        for stage in stages[part.stage :]:
            if isinstance(stage, SeaStage):
                return self.terminals[stage.from_terminal].export_gate
            if isinstance(stage, DryPortStage):
                return self.dry_ports[stage.dry_port].gate
        for stage in reversed(stages[: part.stage]):
            if isinstance(stage, SeaStage):
                return self.terminals[stage.to_terminal].import_gate
            if isinstance(stage, DryPortStage):
                return self.dry_ports[stage.dry_port].gate
        return self.gates[part.journey.gates[0]] if part.journey.gates else None

    def way(self, path: Path) -> Way:
        """The hops of a path as they are run."""
        known = self._ways.get(id(path))
        if known is None:
            way: Way = []
            for a, b, name in zip(path.nodes, path.nodes[1:], path.segments, strict=False):
                lane = self.segments[name].lanes[a]
                places = lane.slots if b != path.nodes[-1] else None
                way.append((self.segments[name], lane, self.borders.get((a, b)), places))
            known = self._ways[id(path)] = (path, way)
        return known[1]

    def loco_change_s(self, node: str) -> int:
        """Hours of a locomotive change at a node, drawn."""
        hours = self._loco_changes.get(node, self.blueprint.assumptions.loco_change_s)
        return self.streams.seconds(hours, "locomotive change", node)

    def rescue_s(self, unit: str) -> int:
        """How long a train stands on the line with a failed unit before another is asked for, drawn."""
        return self.streams.seconds(self.blueprint.assumptions.rescue_s, "rescue", unit)

    def pace_of(self, journey: Journey) -> float:
        """How much longer a train takes than the segments say, drawn for each."""
        spread = journey.running_spread
        if not spread:
            return 1.0
        return 1.0 + spread * (2.0 * self.streams.of("running time", journey.id).uniform() - 1.0)

    def _end(self, part: Part, station: str) -> None:
        """The last stage is behind it: delivered, or empty wagons at home."""
        uncount(part)
        if part.lot is None:
            self.wagons[part.pool].came_home(part, station)
            return
        self.empty_wagons(part, station)
        kernel, lot = self.kernel, part.lot
        now = kernel.now
        tonnes = part.tonnes
        kernel.ledger.tables["deliveries"].add(lot.row, lot.flow, now, tonnes, part.units * part.journey.teu_per_unit)
        departed = lot.departed_s if lot.departed_s != OPEN else now
        lot.delivered_tonne_s += tonnes * (now - departed)
        lot.undelivered -= part.units
        self._flow_of[lot.flow].in_transit -= part.units
        lots = kernel.ledger.tables["lots"]
        lots.put(lot.row, "delivered_tonne_s", lot.delivered_tonne_s)
        if lot.undelivered == 0:
            lots.put(lot.row, "delivered_s", now)
        part.units = 0

    def _depart(self, parts: list[Part], stage: RailStage, path: Path, hop: int) -> None:
        self.trains += 1
        train = Train(self, f"train {self.trains}", parts)
        train.start(train.run(stage, path, hop))

    def _run_light(self, pool: Pool, unit: Unit, node: str, done: Callable[[], None]) -> None:
        run_light(self, pool, unit, node, done)

    # --- the calendar ---------------------------------------------------------------------------------------------

    def _keep_calendar(self) -> None:
        """Dated values take hold on their day; usage and stocks are read at the end of every month."""
        blueprint, kernel = self.blueprint, self.kernel
        for time in sorted(_dates(blueprint)):
            if 0 < time < blueprint.calendar.end_s:
                kernel.later(time, self._refresh)
        kernel.spawn("month ends", self._month_ends)

    def _refresh(self) -> None:
        now = self.kernel.now
        for keeper in (self.segments, self.gates, self.terminals, self.dry_ports, self.wagons):
            for thing in keeper.values():
                thing.refresh(now)
        self.router.refresh()
        for pool in self.pools.values():
            pool.refresh()

    def _month_ends(self, _actor: Actor) -> Steps:
        read: dict[str, tuple[float, float]] = {}
        counted: dict[str, tuple[int, ...]] = {}
        usage, stocks = self.kernel.ledger.tables["usage"], self.kernel.ledger.tables["stocks"]
        starts = self.blueprint.calendar.month_starts_s
        for month in range(len(starts) - 1):
            # the books of a month close just before the next begins, the last within the horizon
            yield starts[month + 1] - 1 - self.kernel.now
            for name, (busy, available) in self._usage().items():
                busy_before, available_before = read.get(name, (0.0, 0.0))
                usage.add(self.number(name), month, busy - busy_before, available - available_before)
                read[name] = (busy, available)
            self._count_queues(month, counted)
            for name, amount in self._stocks().items():
                stocks.add(self.number(name), month, amount)
            alive(self.parts)  # those that are gone need no place in the list

    def _usage(self) -> dict[str, tuple[float, float]]:
        now = self.kernel.now
        rows = {f"segment:{s.id}": s.settle(now) for s in self.segments.values()}
        rows |= {f"territory:{p.id}": p.meter.read() for p in self.pools.values() if not p.unlimited}
        rows |= {f"workshop:{w.id}": w.meter.read() for w in self.workshops.values()}
        rows |= {f"wagons:{w.id}": w.meter.read() for w in self.wagons.values() if not w.unlimited}
        rows |= {f"berth:{t.id}": t.berth_meter.read() for t in self.terminals.values()}
        rows |= {f"dry_port:{d.id}": d.meter.read() for d in self.dry_ports.values()}
        rows |= {f"border:{b.id}": b.meter.read() for b in self.borders.values()}
        rows |= {f"vessel:{s.name}": s.meter.read() for s in self.ships}
        return rows

    def _count_queues(self, month: int, counted: dict[str, tuple[int, ...]]) -> None:
        """Who came in a month and how long they waited; ``counted``: what was read before."""
        queues = {f"border:{b.id}": b.queue for b in self.borders.values()}
        queues |= {f"berth:{t.id}": t.berth_queue for t in self.terminals.values()}
        queues |= {f"dry_port:{d.id}": d.queue for d in self.dry_ports.values()}
        queues |= {f"workshop:{w.id}": w.queue for w in self.workshops.values()}
        queues |= {f"territory:{p.id}": p.queue for p in self.pools.values() if not p.unlimited}
        for name, queue in queues.items():
            until_now = queue.read()
            before = counted.get(name, (0, 0, 0, 0, 0))
            amounts = (now - then for now, then in zip(until_now, before, strict=True))
            self.kernel.ledger.queues.add(self.number(name), month, *amounts)
            counted[name] = until_now

    def _stocks(self) -> dict[str, float]:
        rows: dict[str, float] = {
            f"flow:{f.plan.id}:in_transit_t": f.in_transit * f.journey.t_per_unit for f in self.flows.values()
        }
        rows |= {f"wagons:{w.id}:home": float(sum(w.stock.values())) for w in self.wagons.values() if not w.unlimited}
        rows |= {f"wagons:{w.id}:fleet": float(w.fleet) for w in self.wagons.values() if not w.unlimited}
        rows |= {f"locomotives:{p.id}": float(len(p.units)) for p in self.pools.values() if not p.unlimited}
        rows |= {f"gate:{name}": gate.standing for name, gate in self.gates.items()}
        return rows


def _dates(blueprint: Blueprint) -> set[int]:
    """Every second at which some value changes."""
    times: set[int] = set()
    for s in blueprint.segments:
        loops = (place.tracks for place in s.line.places) if s.line else ()
        for steps in (s.speed_ms, s.pairs_per_day, s.tracks, s.background_per_day, s.max_gross_t, *loops):
            times.update(steps.times_s)
        times.update(since for since, _ in s.territory)
    for t in blueprint.terminals:
        for steps in (t.berths, t.handling_moves_per_s, t.storage_wagons, t.depth_change_m):
            times.update(steps.times_s)
    for g in blueprint.gates:
        times.update((*g.start_wagons.times_s, *g.release_wagons.times_s))
    for d in blueprint.dry_ports:
        for steps in (d.tracks, d.trains_per_day, d.wagons_per_day, d.handover_trains_per_day):
            times.update(steps.times_s)
    for w in blueprint.wagon_pools:
        for _, steps in w.homes:
            times.update(steps.times_s)
    return times
