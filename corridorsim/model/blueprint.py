"""The Blueprint: what the engine sees, and all that it sees. Immutable, in seconds, metres and tonnes.

Times are whole seconds since the first day of the horizon (UTC+5, no daylight saving). Ids are the scenario's own, so a
Blueprint reads like the scenario it came from; titles, notes and positions stay behind and do not change its hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from corridorsim.scenario.durations import mean_of

#: marks a part that was added later: at its default it is not in the fingerprint, which stays what it was before
LATER = {"later": True}


@dataclass(frozen=True, slots=True)
class Steps:
    """A number over time: ``values[i]`` holds from ``times_s[i]``. The first also holds before its time."""

    times_s: tuple[int, ...]
    values: tuple[float, ...]

    def at(self, time_s: int) -> float:
        """The value in force at a time."""
        value = self.values[0]
        for since, later in zip(self.times_s, self.values, strict=True):
            if since > time_s:
                break
            value = later
        return value

    def after(self, time_s: int) -> list[tuple[int, float]]:
        """(time, value) of the changes that come after a time."""
        return [step for step in zip(self.times_s, self.values, strict=True) if step[0] > time_s]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A duration law; parameters in seconds (``shape`` of erlang without unit). Names as in a scenario's Spread."""

    name: str
    parameters: tuple[float, ...]

    @property
    def mean(self) -> float:
        """In the unit of the parameters."""
        return mean_of(self.name, self.parameters)


#: whole seconds that are the same every time, or the law of seconds that are drawn
Duration = int | Distribution


def mean_s(duration: Duration) -> float:
    """The seconds that a duration takes on the mean."""
    return duration if isinstance(duration, int) else duration.mean


@dataclass(frozen=True, slots=True)
class Calendar:
    """The horizon. ``month_starts_s`` has one entry more than there are months: the last is the end."""

    start: str  #: ISO date of second 0
    end_s: int
    results_from_s: int
    month_starts_s: tuple[int, ...]
    month_names: tuple[str, ...]  #: "2024-01", one a month


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Single numbers; the scenario's section of that name in engine units."""

    single_track_speed_loss: float  #: running speed lost at a fill of 1, share
    double_track_speed_loss: float
    background_cap_share: float
    set_aside_s: int
    formation_wait_s: int
    empties_wait_s: int
    loco_change_s: Duration
    terminal_handling_s: Duration
    service_interval_m: float
    maintenance_cycle_s: int
    vessel_absence_s: Duration
    light_hour_weight: float  #: hours that a train must have waited longer for each hour of a light run to it
    light_speed_ms: float
    rescue_s: Duration
    origin_trains_start: float
    origin_trains_release: float
    teu_per_move: float
    on_demand_call_s: Duration
    on_demand_keep_s: int
    detour_limit: float


# --- rail -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where trains meet on the way over a segment: a loop, or the end of a second track."""

    id: str
    chainage_m: float
    tracks: Steps  #: on which a train may stand; 0 of a loop that is not yet built, and of a mere end of second track
    usable_m: float  #: ``inf`` = any train fits


@dataclass(frozen=True, slots=True)
class Line:
    """A segment in loop detail. ``places`` by chainage, without the ends; each end of a second track is among them."""

    places: tuple[Place, ...]
    double: tuple[bool, ...]  #: of each block, one more than there are places: whether it has a second track
    headway_s: int  #: between trains that follow each other in a block; 0 = one at a time


@dataclass(frozen=True, slots=True)
class SingleTrack:
    """Rules of all segments in loop detail; the scenario's section of that name in engine units."""

    precedence: str  #: ageing | alternate | fleet
    fleet_trains: int
    express_lead_s: int
    entry_interval_s: int
    crossing_interval_s: int
    following_interval_s: int
    acceleration_s: int
    braking_s: int
    locomotive_m: tuple[tuple[str, float], ...]  #: length of a unit by class
    light_m: float  #: length of a light engine
    wagon_m: tuple[tuple[str, float], ...]  #: length of a wagon by pool; of no pool under ""
    other_m: float  #: length of a background train


@dataclass(frozen=True, slots=True)
class Segment:
    id: str
    from_node: str
    to_node: str
    length_m: float
    speed_ms: Steps  #: freight running speed
    pairs_per_day: Steps  #: slots a day in each direction; 0 = not in service
    tracks: Steps
    background_per_day: Steps  #: one direction; already multiplied by growth and clipped to ``background_cap_share``
    max_gross_t: Steps  #: ``inf`` = no limit
    territory: tuple[tuple[int, str], ...]  #: (from second, territory id); "" = no locomotive needed
    discipline: str  #: headway | block
    station_slots: int
    block_trains: int
    closures_s: tuple[tuple[int, int], ...]
    #: (time, clipped from, to) for the report: background above the cap
    clipped: tuple[tuple[int, float, float], ...] = ()
    line: Line | None = field(default=None, metadata=LATER)  #: None = a segment without loops


@dataclass(frozen=True, slots=True)
class Border:
    """A stand of trains that pass ``node_from`` -> ``node_to``; both ends of one segment."""

    id: str
    node_from: str
    node_to: str
    dwell: Distribution
    servers: int  #: 0 = no limit
    loco_change: bool = False  #: the hours contain a change of locomotive


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from node to node: ``segments[i]`` runs ``nodes[i]`` -> ``nodes[i + 1]``."""

    nodes: tuple[str, ...]
    segments: tuple[str, ...]
    length_m: float
    option: str  #: the route option it belongs to, or ""


@dataclass(frozen=True, slots=True)
class Route:
    """Paths from a station to another. ``epochs``: (from second, candidate paths, shortest first)."""

    origin: str
    destination: str
    epochs: tuple[tuple[int, tuple[Path, ...]], ...]


@dataclass(frozen=True, slots=True)
class LocomotiveClass:
    id: str
    trailing_limit_t: float
    planned_absence_share: float  #: 1 - availability - what failures take
    mtbf_m: float
    repair_mean_s: float
    service_s: Duration
    range_m: float = inf  #: distance on one filling or charge
    refuel_s: Duration = 0  #: standing at the end of ``range_m``
    repair: Distribution | None = field(default=None, metadata=LATER)  #: None = exponential


@dataclass(frozen=True, slots=True)
class LocomotiveUnit:
    """One unit assigned to the corridor, from a time until a time (``end_s`` past the horizon = stays)."""

    id: str
    class_id: str
    since_s: int
    until_s: int
    home: str  #: node where it first stands


@dataclass(frozen=True, slots=True)
class Territory:
    """A pool of locomotives. ``national_ceiling``: units that may be drawn on top, of class ``national_class``."""

    id: str
    operator: str
    traction: str
    units: tuple[LocomotiveUnit, ...]
    workshop: str  #: "" = no limit of bays
    national_ceiling: Steps
    national_class: str
    unlimited: bool  #: no fleet was given: a locomotive is always at hand


# --- wagons -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WagonPool:
    """Wagons of one kind. ``homes``: (station, number over time); empties go back to their home."""

    id: str
    gauge_mm: str
    tare_t: float
    full_train: int  #: wagons of a full train of empties
    homes: tuple[tuple[str, Steps], ...]
    unlimited: bool


# --- terminals --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gate:
    """An acceptance limit: over ``start`` wagons waiting the railway refuses, until under ``release``."""

    id: str
    start_wagons: Steps
    release_wagons: Steps
    derived: bool


@dataclass(frozen=True, slots=True)
class Terminal:
    """Berths of one kind in one sea port, with the yard or stack behind them. Id: ``port_aktau.container``."""

    id: str
    port: str
    kind: str
    station: str  #: linked rail station, "" = none
    weather_group: str  #: "" = always open
    berths: Steps  #: large = no limit
    handling_moves_per_s: Steps  #: cranes x rate a berth; 0 = use the ship's hours
    formalities: Distribution | None
    unload_train: Distribution | None
    unloading_tracks: int  #: 0 = no limit
    storage_wagons: Steps  #: export; ``inf`` = no limit
    depth_change_m: Steps  #: water against 2024; below 0 ships carry less
    export_gate: str
    import_gate: str
    closures_s: tuple[tuple[int, int], ...] = ()
    other_ships_per_day: Steps = field(default=Steps((0,), (0.0,)), metadata=LATER)  #: not simulated one by one
    other_ship: Distribution = field(default=Distribution("deterministic", (0.0,)), metadata=LATER)  #: at berth
    weather_stops_work: bool = field(default=False, metadata=LATER)


@dataclass(frozen=True, slots=True)
class DryPort:
    id: str
    node: str
    tracks: Steps  #: trains in transload at once; large = no limit
    transload: Distribution  #: a train on one track
    transload_train_wagons: float  #: wagons of the train that ``transload`` is for
    trains_per_day: Steps  #: ``inf`` = no limit
    wagons_per_day: Steps  #: boxes a day in wagons; ``inf`` = no limit
    handover_trains_per_day: Steps  #: outbound to the other railway; ``inf`` = no limit
    storage_wagons: Steps
    dwell: tuple[tuple[str, str, Distribution], ...]  #: (direction, service class, law)
    gate: str


@dataclass(frozen=True, slots=True)
class SeaLink:
    id: str
    from_port: str
    to_port: str
    sailing: Distribution


@dataclass(frozen=True, slots=True)
class Vessel:
    """One ship, from a time until a time."""

    id: str
    class_id: str
    kind: str
    link: str
    berth_kind_from: str  #: terminal id at the link's ``from_port``
    berth_kind_to: str  #: terminal id at the link's ``to_port``
    capacity: tuple[tuple[str, float], ...]  #: unit kind (wagon, teu, truck, t) -> units at load factor 1
    load_factor: float
    depth_loss_per_m: float
    load: Distribution
    unload: Distribution
    approach: Distribution
    absence_share: float
    fixed_rotation: bool
    max_wait_s: int
    since_s: int
    until_s: int
    every_s: int = field(default=0, metadata=LATER)  #: above 0: it loads at multiples of this, full or not


@dataclass(frozen=True, slots=True)
class WeatherGroup:
    """Closed spells of the ports of a group: by calendar month (1-12) share of time and mean length."""

    id: str
    share: tuple[float, ...]  #: 12
    mean_spell_s: tuple[float, ...]  #: 12
    within: str  #: group whose spells contain these, or ""
    #: 12, None where a month's are exponential; () = in all months
    spells: tuple[Distribution | None, ...] = field(default=(), metadata=LATER)


# --- flows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RailStage:
    """By train from a station to a station. Index into ``Blueprint.routes``."""

    route: int
    origin: str
    destination: str
    pool: str  #: wagon pool, "" = wagons are always at hand
    takes_wagons: bool  #: empties are needed at ``origin``
    drops_wagons: bool  #: they are empty at ``destination``
    gauge_mm: str


@dataclass(frozen=True, slots=True)
class SeaStage:
    """By ship between two terminals. On a rail ferry the wagons ride along."""

    link: str
    from_terminal: str
    to_terminal: str
    keeps_wagons: bool
    unload_train: bool  #: cargo comes by train and is put into stack first


@dataclass(frozen=True, slots=True)
class DryPortStage:
    dry_port: str
    direction: str  #: inbound | outbound
    service_class: str


Stage = RailStage | SeaStage | DryPortStage


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of a lot, or of empty wagons (``pool`` named and ``t_per_unit`` 0), stage by stage."""

    id: str
    stages: tuple[Stage, ...]
    unit: str  #: wagon | teu | truck | t : what ships count
    t_per_unit: float
    wagons_per_unit: float
    tare_per_unit_t: float  #: of the wagons under one unit, on rail
    teu_per_unit: float
    gates: tuple[str, ...]  #: acceptance limits on the way, origin first
    express: bool
    empty: bool
    full_train_units: float  #: units of a full train (mass limits act on top); 0 = only mass limits
    #: share by which running times differ from train to train, evenly, either way
    running_spread: float = field(default=0.0, metadata=LATER)


@dataclass(frozen=True, slots=True)
class Flow:
    """A stream of lots. ``lot_times`` law and monthly units; the rest is in its journey (same id)."""

    id: str
    group: str
    perimeter: str  #: smallest perimeter that holds it: A, B, C or N
    origin: str
    destination: str
    journey: int  #: index into ``Blueprint.journeys``
    lot_units: float
    monthly_units: tuple[float, ...]  #: offered, by month of the calendar
    arrival_law: str  #: interval | poisson | fixed
    patience_s: int
    eastbound: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of operation: what ``source`` names, made with ``parameters``.

    What is the engine's own is told by its name alone; of a plug-in, ``distribution`` is the package that it is of (""
    where it was registered in code) and ``identity`` the hash of its sources, so that its runs are kept apart.
    """

    name: str
    source: str  #: ``module:object``
    distribution: str = ""
    identity: str = ""
    parameters: tuple[tuple[str, float | str | bool], ...] = ()

    @property
    def label(self) -> str:
        """For a person."""
        return f"plug-in '{self.name}'" + (f" of {self.distribution}" if self.distribution else "")


NEAR_AND_WAITING = Policy("near_and_waiting", "corridorsim.engine.policies:NearAndWaiting")
LIMITS = Policy("limits", "corridorsim.engine.policies:Limits")


@dataclass(frozen=True, slots=True)
class Blueprint:
    calendar: Calendar
    assumptions: Assumptions
    routing: Policy  #: which path a train takes
    segments: tuple[Segment, ...]
    borders: tuple[Border, ...]
    routes: tuple[Route, ...]
    loco_change: tuple[tuple[str, Distribution], ...]  #: node -> law; others take ``assumptions.loco_change_s``
    locomotive_classes: tuple[LocomotiveClass, ...]
    territories: tuple[Territory, ...]
    workshops: tuple[tuple[str, int], ...]  #: id, bays
    wagon_pools: tuple[WagonPool, ...]
    gates: tuple[Gate, ...]
    terminals: tuple[Terminal, ...]
    dry_ports: tuple[DryPort, ...]
    sea_links: tuple[SeaLink, ...]
    vessels: tuple[Vessel, ...]
    weather: tuple[WeatherGroup, ...]
    journeys: tuple[Journey, ...]
    flows: tuple[Flow, ...]
    #: (pool, station where emptied, home) -> index into ``journeys``
    empty_returns: tuple[tuple[tuple[str, str, str], int], ...] = field(default=())
    single_track: SingleTrack | None = field(default=None, metadata=LATER)  #: None where no segment has loops
    dispatch: Policy = field(default=NEAR_AND_WAITING, metadata=LATER)  #: which train gets which locomotive
    acceptance: Policy = field(default=LIMITS, metadata=LATER)  #: whether a place takes a lot into its way
