"""The vocabulary of a scenario: every section, every field, its unit (in the name) and what leaving it out means.

A scenario is one tree. A YAML mapping and a CSV table are two ways to write the same branch: row ``altynkol-zhetygen``
of the table of ``segments`` is ``segments.altynkol-zhetygen``, and each of its columns a leaf. ``set`` and ``--set``
replace one leaf whole. Columns ``x_low``, ``x``, ``x_high`` (with the row's ``source_ids`` and ``confidence``, or
``x_confidence``) are one number with its range.

A part that is left out does not limit: no ``fleets`` means that a locomotive is always at hand, no ``wagons`` that
wagons are, no ``ports`` row that a berth is. Fields under *kept for the reader* are facts that the model does not
take; they are carried, shown and never used by a run (``corridorsim energy`` reads some afterwards).
"""

# annotations are not postponed here: pydantic would compile each of some 400 again, which takes 40 ms
import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from .durations import Duration, NumberOrLaw, PositiveOrLaw
from .plain import Day, Flag, Month, Real, Text, Whole, WholeFromOne, Year
from .policy import AcceptancePolicy, DispatchPolicy, PolicyChoice, RoutingPolicy
from .quantity import (
    Confidence,
    DatedNumber,
    DatedPositive,
    DatedSigned,
    Notation,
    Number,
    Positive,
    PositiveShare,
    Quantity,
    Reader,
    Share,
    Signed,
    as_date,
    fault,
    kind_of,
    looks_dated,
    read_number,
    shown,
)


def _read_names(raw: Any) -> tuple[str, ...]:
    """A list, or a CSV cell with its items separated by semicolons (``>`` for the order of ports)."""
    if isinstance(raw, str):
        return tuple(part.strip() for part in raw.replace(">", ";").split(";") if part.strip())
    if not isinstance(raw, list | tuple):
        raise fault("names", f"a list of ids is needed here, not {kind_of(raw)}")
    for number, item in enumerate(raw):
        if not isinstance(item, str):
            raise fault("names", f"an id is text, not {kind_of(item)}", "put it in quotes", number)
    return tuple(raw)


Names = Annotated[tuple[str, ...], Reader(_read_names), Notation("names")]


def _text_of_number(raw: Any) -> Any:
    """A gauge may be written as the number that it is."""
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


class Part(BaseModel):
    """Common to every row: where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), defer_build=True)

    source_ids: Names = ()
    confidence: Confidence | None = None
    note: Text = ""


Gauge = Annotated[Literal["1435", "1520", "both"], BeforeValidator(_text_of_number)]
Traction = Literal["diesel", "ac25kv", "dc3kv"]
TRACTIONS = ("diesel", "ac25kv", "dc3kv")


def _read_traction(raw: Any) -> str | dict[dt.date, str]:
    """One traction, or ``{2025-11-01: ac25kv, ...}``; the first entry also holds before its day."""
    if not looks_dated(raw):
        raw = {dt.date.min: raw}
    steps: dict[dt.date, str] = {}
    for key, value in raw.items():
        day, at = as_date(key), None if key == dt.date.min else str(key)
        if day is None:
            raise fault("key", f"{shown(key)} is not a day of the calendar", "write days as 2024-01-31", at)
        if value not in TRACTIONS:
            raise fault("traction", f"{shown(value)} is not one of {', '.join(TRACTIONS)}", at=at)
        steps[day] = value
    if list(steps) == [dt.date.min]:
        return steps[dt.date.min]
    return dict(sorted(steps.items()))


DatedTraction = Annotated[Traction | dict[dt.date, Traction], Reader(_read_traction), Notation("traction")]


def _read_value(raw: Any) -> Any:
    """The new value of a change: a number, ``{value, low, high}`` or text; checked against its target by the model."""
    if raw is None or isinstance(raw, bool | list | tuple):
        raise fault("value", f"a number or text is needed here, not {kind_of(raw)}")
    return raw


AnyValue = Annotated[Any, Reader(_read_value), Notation("any")]
VesselKind = Literal["rail_ferry", "ro_pax", "container_feeder", "dry_cargo", "tanker"]
BerthKind = Literal["rail_ferry", "ro_pax", "container", "dry", "grain", "oil"]
Status = Literal["done", "contracted", "planned", "claimed"]
Perimeter = Literal["A", "B", "C", "N"]


class Node(Part):
    """A station, junction, border, dry port or sea port."""

    kind: Literal["rail_station", "rail_terminal", "junction", "border", "dry_port", "sea_port"]
    name: Text = ""
    gauge_mm: Gauge = "1520"
    linked_node_id: Text | None = None  #: the rail station of a sea port
    weather_group: Text | None = None  #: a sea port closes with this group's spells
    loco_change_h: Duration | None = None  #: hours to change the locomotive where traction or operator changes
    lat: Signed | None = None
    lon: Signed | None = None
    # kept for the reader
    country: Text | None = None
    roles: Names = ()
    coordinate_basis: Text = ""


def _read_stretches(raw: Any) -> tuple[tuple[float, float], ...]:
    """``[100, 132]``, a list of such pairs, or in a cell ``100-132; 150-160``."""
    if isinstance(raw, str):
        raw = [part.split("-") for part in raw.split(";") if part.strip()]
    elif isinstance(raw, list | tuple) and raw and not any(isinstance(item, list | tuple) for item in raw):
        raw = [raw]
    if not isinstance(raw, list | tuple):
        raise fault("stretches", f"a stretch from km to km is needed here, not {kind_of(raw)}", "write [100, 132]")
    stretches = []
    for number, pair in enumerate(raw):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise fault("stretches", "a stretch has two ends", "write [100, 132], or [[100, 132], [150, 160]]", number)
        since, until = (read_number(end, "km") for end in pair)
        if not 0 <= since < until:
            message = f"a stretch from km {since:g} to km {until:g} is none"
            raise fault("stretches", message, "the lower chainage stands first", number)
        stretches.append((since, until))
    return tuple(stretches)


Stretches = Annotated[tuple[tuple[float, float], ...], Reader(_read_stretches), Notation("stretches")]


class Loop(Part):
    """``segments.<id>.loops.<loop>``: a station or passing loop on the way, where trains meet."""

    chainage_km: Number  #: from the segment's ``from_node``
    tracks: DatedNumber  #: on which a train may stand, the through track among them: 2 or more; 0 = not yet built
    usable_length_m: Positive | None = None  #: a longer train does not stop here; None = any train fits
    name: Text = ""  #: kept for the reader


class Segment(Part):
    """A rail line between two nodes; trains in both directions."""

    from_node: Text
    to_node: Text
    length_km: Positive
    freight_speed_kmh: DatedPositive
    capacity_pairs_per_day: DatedNumber  #: slots a day in each direction, for all traffic; 0 = not in service
    tracks: DatedNumber  #: sets the curve by which running time grows with fill
    gauge_mm: Gauge = "1520"
    operator: Text = ""  #: whose locomotives haul here; with the traction it names the territory
    traction: DatedTraction = "diesel"
    max_gross_train_t: DatedNumber | None = None  #: wagons and cargo, without locomotives; None = no limit
    background_trains_per_day: DatedNumber | None = None  #: both directions, all traffic that is not simulated
    discipline: Literal["headway", "block"] = "headway"
    station_slots: WholeFromOne | None = None  #: ``block``: trains that the far station holds, a direction
    block_trains: WholeFromOne | None = None  #: ``block``: trains on the segment at once
    loops: dict[str, Loop] = {}  #: with them (or ``double_track``) trains run from loop to loop, and pairs do not limit
    double_track: Stretches = ()  #: stretches with a second track, km from ``from_node``
    headway_min: Positive | None = None  #: with loops: between trains one way; None = one at a time to the next loop
    # kept for the reader
    leg_id: Text | None = None
    length_basis: Text = ""
    in_service_from: Day | None = None


class SeaLink(Part):
    from_port: Text
    to_port: Text
    sailing_h: Duration  #: berth to berth, fair weather
    distance_km: Number | None = None  #: kept for the reader


class Berths(Part):
    """One kind of berth of one sea port (``ports.<port>.<kind>``) with its yard or stack."""

    berths: DatedNumber
    cranes: DatedNumber | None = None  #: with ``moves_per_crane_hour`` they set the hours at berth of a container ship
    moves_per_crane_hour: DatedNumber | None = None
    formalities_h: Duration | None = None  #: papers and inspection before export cargo may be loaded
    unload_train_h: Duration | None = None  #: a train's cargo from wagons to stack (not for rail ferries)
    unloading_tracks: WholeFromOne | None = None  #: trains unloaded at once; None = no limit
    storage_wagons: DatedNumber | None = None  #: export cargo the yard or stack holds, in wagons (TEU / 2, t / 60)
    ban_start_wagons: DatedNumber | None = None  #: acceptance: over this the railway refuses new loading
    ban_release_wagons: DatedNumber | None = None  #: ... until under this
    draught_limit_m: DatedNumber | None = None  #: its change since the first day deepens or lightens ships
    draught_change_m_per_year: DatedSigned | None = None
    other_ships_per_day: DatedNumber | None = None  #: calls of ships that are not simulated; they come at random
    other_ship_h: Duration | None = None  #: at berth, each of those calls
    weather_stops_work: Flag = False  #: cranes and ramps rest too while the port is closed by weather
    # kept for the reader
    berths_dry_total: Number | None = None
    nameplate_teu_per_year: DatedNumber | None = None
    nameplate_mt_per_year: DatedNumber | None = None
    vessel_stay_h: Number | None = None
    storage_teu: Number | None = None
    service_wagons_per_day: Number | None = None


class VesselClass(Part):
    kind: VesselKind
    count: Number  #: ships of the class on ``link`` on the first day
    link: Text  #: id of the sea link they serve
    berth_kind: BerthKind | None = None  #: where they lie, if not at the berths of their own kind
    capacity_wagons: Number | None = None
    capacity_trucks: Number | None = None
    capacity_teu: Number | None = None
    capacity_t: Number | None = None
    load_factor: Share  #: share of the capacity that the depth of 2024 allows
    depth_loss_per_m: Number | None = None  #: share of the load factor lost for each metre less of water than in 2024
    load_h: Duration  #: a full ship; less cargo takes less, but for container ships see the cranes of the berth
    unload_h: Duration
    port_approach_h: Duration | None = None  #: each call
    availability: PositiveShare  #: the rest is docking and repair, a planned absence
    dispatch_rule: Literal["leave_when_full", "fixed_rotation", "timetable"]
    max_wait_for_load_h: Number
    sails_every_h: Positive | None = None  #: ``timetable``: a ship of the link begins to load every so many hours
    # kept for the reader
    name: Text = ""
    operator: Text = ""
    decks: Literal["wagons", "trucks", "one_or_the_other", ""] = ""
    speed_kn: Number | None = None
    draught_m: Number | None = None
    count_other_routes: Number | None = None


class VesselDelivery(Part):
    """Ships that join (or leave) a class on a day."""

    project_id: Text
    date: Day
    class_id: Text
    count: Signed
    status: Status
    slip_months_low: Signed | None = None
    slip_months_high: Signed | None = None
    informational: Flag = False
    alternative_to: Names = ()
    new_class_name: Text = ""  #: kept for the reader


class ClosureMonth(Part):
    """``weather.<group>.<month>``"""

    closure_share: Share
    mean_spell_days: Positive | None = None  #: of an exponential law; this or ``spell_h``, never both
    spell_h: PositiveOrLaw | None = None  #: as ``mean_spell_days``, with another law; a number is always so long


class WeatherGroup(Part):
    within: Text | None = None  #: this group's spells are drawn inside those of another group


class LocomotiveClass(Part):
    traction: Traction
    mass_t: Number
    trailing_mass_limit_t: Positive
    availability: PositiveShare  #: planned *and* unplanned; failures are taken out of it, not added
    mtbf_km: Positive  #: distance between failures on the road
    repair_hours_mean: Number | None = None  #: of an exponential law; this or ``repair_h``, never both
    repair_h: NumberOrLaw | None = None  #: as ``repair_hours_mean``, with another law; a number is always so long
    service_h: NumberOrLaw  #: after ``assumptions.service_interval_km``, or after ``range_km`` if that is less
    range_km: Number | None = None  #: distance on one filling or charge; None = far enough
    refuel_h: NumberOrLaw | None = None  #: refuelling or charging at the end of ``range_km``; None = ``service_h``
    use: Literal["freight", "shunting"] = "freight"
    km_per_day_in_use: Number | None = None  #: turns failures by distance into the time they take; None = 500
    length_m: Number | None = None  #: of one unit; counts where trains must fit a loop
    # kept for the reader
    name: Text = ""
    power_kw: Number | None = None
    starting_tractive_effort_kn: Number | None = None
    continuous_tractive_effort_kn: Number | None = None
    continuous_speed_kmh: Number | None = None
    max_speed_kmh: Number | None = None
    diesel_kg_per_1000_gross_tkm: Number | None = None  #: wagons and cargo; read by ``corridorsim energy``, as the next
    lng_kg_per_1000_gross_tkm: Number | None = None
    electricity_kwh_per_1000_gross_tkm: Number | None = None  #: from the wire, or at the charger of a battery
    fuel: Literal["diesel", "lng", "battery", "electricity", ""] = ""
    energy_cost_against_diesel: Number | None = None  #: as claimed; shown beside what the prices give


class Territory(Part):
    """Lines of one operator and one traction, worked by one pool of locomotives."""

    operator: Text
    traction: Traction
    workshop: Text | None = None
    home_nodes: Names = ()  #: where the pool's idle units stand on the first day, in turn


class Workshop(Part):
    bays: WholeFromOne


class Fleet(Part):
    """Units of one class on the first day: the operator's, and those assigned to the corridor."""

    operator: Text
    class_id: Text = ""  #: empty only in an informational row: a total of several classes
    territory: Text | None = None
    fleet_units: Number
    corridor_units: Number | None = None
    informational: Flag = False


class LocomotiveContract(Part):
    """Units that arrive, or with negative counts leave, evenly through each year of ``deliveries``."""

    operator: Text
    class_id: Text = ""  #: empty only in an informational row: a total of several classes
    territory: Text | None = None
    corridor_share: Share  #: share of the units that work on the corridor under the ``fixed`` policy
    status: Status
    project_id: Text | None = None
    deliveries: dict[Year, Signed] = {}
    on: Day | None = None  #: all units of the first year on this one day instead of evenly through it
    informational: Flag = False


class Wagons(Part):
    """A pool of one kind of wagon on one gauge."""

    kind: Text
    gauge_mm: Gauge = "1520"
    corridor_units: DatedNumber  #: wagons that serve the corridor
    tare_t: Number
    teu_per_wagon: Number | None = None
    wagons_per_train: Number | None = None  #: a full train of empties
    length_m: Number | None = None  #: of one wagon; counts where trains must fit a loop
    # kept for the reader
    country: Text | None = None
    payload_t: Number | None = None
    fleet_units: Number | None = None
    net_t_per_train: Number | None = None
    gross_t_per_train: Number | None = None
    train_length_m: Number | None = None


class Dwell(Part):
    """``dry_ports.<id>.dwell.<direction>.<service class>``"""

    dwell_h: Duration  #: customs and inspection, *without* the wait for wagons and locomotive
    # kept for the reader
    reported_mean_h: Number | None = None
    reported_p90_h: Number | None = None
    reported_min_h: Number | None = None
    reported_mode_h: Number | None = None
    reported_max_h: Number | None = None


class DryPort(Part):
    """A terminal where cargo changes between two gauges."""

    node_id: Text
    name: Text = ""
    gauge_from_mm: Gauge
    gauge_to_mm: Gauge
    tracks_under_cranes: DatedNumber | None = None  #: trains in transload at once
    transload_hours_per_train: Duration  #: on one track
    max_trains_per_day: DatedNumber | None = None
    max_boxes_per_day: DatedNumber | None = None
    storage_teu: DatedNumber | None = None
    handover_limit_trains_per_day: DatedNumber | None = None
    dwell: dict[Literal["inbound", "outbound"], dict[Literal["express", "ordinary"], Dwell]] = {}
    # kept for the reader
    cranes: Number | None = None
    moves_per_crane_hour: Number | None = None
    nameplate_teu_per_year: DatedNumber | None = None
    tracks_1520: DatedNumber | None = None


class Border(Part):
    """Hours that a train stands when it passes from one node to the next."""

    node_from: Text
    node_to: Text
    dwell_h: Duration
    servers: WholeFromOne | None = None  #: trains handled at once; None = no limit
    loco_change: Flag = False
    informational: Flag = False
    # kept for the reader
    country_from: Text = ""
    country_to: Text = ""
    service_class: Text = ""
    includes_transload: Flag = False
    episode_h: Number | None = None
    handover_limit_trains_per_day: DatedNumber | None = None
    capacity_mt_per_year: DatedNumber | None = None


class Flow(Part):
    """Cargo from one node to another by named ports."""

    flow_group: Text
    origin_node: Text
    destination_node: Text
    via_ports: Names = ()
    cargo: Literal["container", "wagon", "liquid", "truck"]
    vessel_kind: VesselKind | None = None
    mt_per_year: Number
    teu_per_year: Number | None = None  #: containers: the count that is offered; tonnes follow
    perimeter: Perimeter
    monthly_profile_id: Text
    later_profile_id: Text | None = None  #: the profile from 1 January of ``later_profile_from_year`` on
    later_profile_from_year: Year | None = None
    service_class: Literal["express", "ordinary"] = "ordinary"
    route_option: Text = ""  #: an id of ``route_options``, or ``either`` of them and the shortest; empty = the shortest
    lot_units: Positive  #: units in a lot: wagons, TEU, trucks or parcels of ``t_per_unit``
    t_per_unit: Number
    wagons_per_unit: Number | None = None  #: 1 for wagon loads, 1/2 for a TEU on a two-TEU platform
    wagon_pools: Names = ()  #: one for each stretch on which the cargo keeps its wagons, in order
    dry_ports: Names = ()  #: gauge-change terminals on the way, origin and destination included
    arrival_law: Literal["interval", "poisson", "fixed"] = "interval"
    patience_days: Number
    running_time_spread: Share | None = None  #: its trains take up to this share more or less than a segment's time
    # kept for the reader
    commodity: Text = ""
    direction: Text = ""
    unit_load_kind: Text = ""
    wagons_per_train: Number | None = None
    teu_per_train: Number | None = None
    net_t_per_train: Number | None = None
    uses_rail_kz: Flag | None = None


class Factor(Part):
    """``profiles.<id>.<month>``"""

    factor: Number
    use: Text = "demand"


class Event(Part):
    """Something that happens between two days."""

    start_date: Day
    end_date: Day
    target_kind: Literal["flow", "node", "segment", "port", "border"]
    target_id: Text
    attribute: Literal["demand", "capacity", "acceptance_of_containers"]
    factor: Number
    status: Status = "done"
    start_slip_days: Number | None = None
    informational: Flag = False


class Change(Part):
    """A dated ``set``: from ``date`` on the leaf at ``target`` has ``value`` (or has ``value`` more, with ``add``)."""

    project_id: Text
    date: Day
    target: Text  #: path of a leaf; ``*`` stands for every key of a branch
    value: AnyValue | None = None  #: empty only in an informational row
    add: Flag = False
    status: Status
    slip_months_low: Signed | None = None
    slip_months_high: Signed | None = None
    informational: Flag = False
    # kept for the reader
    value_before: AnyValue | None = None
    unit: Text = ""


class Project(Part):
    """A named bundle: the changes, ships and locomotives whose ``project_id`` it is."""

    title: Text = ""
    include: Literal["by_status", "yes", "no"] = "by_status"
    shift_months: Signed | None = None  #: moves every date of the project
    cost_musd: Number | None = None
    requires: Names = ()
    conflicts_with: Names = ()


class RouteOption(Part):
    """A named way through the network: paths by ``via_node``."""

    via_node: Text


class Horizon(Part):
    start: Day
    results_from: Day
    end: Day  #: the last day


class Policies(Part):
    """Rules of operation by name. All but ``allocation`` may be plug-ins, with parameters: ``{name: ..., x: 3}``."""

    allocation: Literal["fixed", "proportional", "on_demand"] = "fixed"
    dispatch: DispatchPolicy = PolicyChoice("near_and_waiting")  #: which train gets which locomotive
    routing: RoutingPolicy = PolicyChoice("shortest")  #: which of its paths a train takes
    acceptance: AcceptancePolicy = PolicyChoice("limits")  #: whether a place takes a lot into its way


class SingleTrack(Part):
    """How trains meet and follow one another on segments that have ``loops``."""

    precedence: Literal["ageing", "alternate", "fleet"] = "ageing"  #: who goes first where not all can
    fleet_trains: WholeFromOne = 3  #: ``fleet``: trains of one direction in a row while others wait
    express_lead_min: Number = Field(default=60, validate_default=True)  #: ``ageing``: what an express is ahead
    entry_interval_min: Number = Field(default=3, validate_default=True)  #: between arrivals from both sides at a loop
    crossing_interval_min: Number = Field(default=1.5, validate_default=True)  #: arrival to departure the other way
    following_interval_min: Number = Field(default=3, validate_default=True)  #: arrival ahead to departure behind
    acceleration_min: Number = Field(default=2, validate_default=True)  #: lost by each start
    braking_min: Number = Field(default=1, validate_default=True)  #: lost by each stop
    locomotive_length_m: Positive = Field(default=35, validate_default=True)  #: where its class has none
    wagon_length_m: Positive = Field(default=14, validate_default=True)  #: where its pool has none
    other_train_length_m: Positive = Field(default=832, validate_default=True)  #: of background traffic


class Demand(Part):
    """The demand layer: which column of ``growth`` applies, and a factor on top from a date."""

    growth: Text | None = None
    year_of_mix: dict[Year, Whole] = {}  #: offer in the year of the key the mix of another year
    factor: DatedNumber | None = None


def _probability(value: float) -> float:
    if not 0 < value < 1:
        raise fault("probability", f"a probability lies between 0 and 1, not {value:g}")
    return value


class Target(Part):
    name: Text
    measure: Literal["delivered_share", "delivered_mt"]
    demand: Literal["as_given", "saturating"] = "as_given"
    perimeter: Literal["A", "B", "C"]
    year: Whole
    at_least: Real
    probability: Annotated[Real, AfterValidator(_probability)] = 0.8


class Assumptions(Part):
    """Single numbers of the model that no table carries. The values here are the ones used when a file gives none."""

    single_track_speed_loss: Number = Field(default=0.25 / 0.52, validate_default=True)
    double_track_speed_loss: Number = Field(default=0.03 / 0.26, validate_default=True)
    background_cap_share: Share = Field(default=0.95, validate_default=True)
    set_aside_h: Number = Field(default=12, validate_default=True)
    formation_wait_h: Number = Field(default=24, validate_default=True)
    empties_wait_h: Number = Field(default=48, validate_default=True)
    loco_change_h: NumberOrLaw = Field(default=2, validate_default=True)
    terminal_handling_h: NumberOrLaw = Field(default=6, validate_default=True)
    service_interval_km: Positive = Field(default=1200, validate_default=True)
    maintenance_cycle_days: Positive = Field(default=40, validate_default=True)
    vessel_absence_days: PositiveOrLaw = Field(default=20, validate_default=True)
    light_hour_weight: Number = Field(default=10, validate_default=True)
    light_speed_kmh: Positive = Field(default=50, validate_default=True)
    rescue_h: NumberOrLaw = Field(default=4, validate_default=True)
    origin_trains_start: Number = Field(default=10, validate_default=True)
    origin_trains_release: Number = Field(default=5, validate_default=True)
    teu_per_move: Positive = Field(default=1.6, validate_default=True)
    on_demand_ceiling_share: Share = Field(default=0.25, validate_default=True)
    on_demand_call_h: NumberOrLaw = Field(default=12, validate_default=True)
    on_demand_keep_h: Number = Field(default=48, validate_default=True)
    detour_limit: Positive = Field(default=1.3, validate_default=True)


def _factor(factor: Quantity) -> Quantity:
    if factor.value != 1:
        message = f"a factor has the value 1, not {factor.value:g}"
        raise fault("factor", message, "its low and high are what is unknown", "value")
    if factor.low == factor.high or (factor.low is None and factor.high is None):
        raise fault("factor", "a factor needs a range", "write {value: 1, low: 0.8, high: 1.3}")
    return factor


RangedFactor = Annotated[Positive, AfterValidator(_factor)]


class Carrier(Part):
    """``energy.carriers.<id>``: what is burnt or drawn, by its unit (a kg of fuel, a kWh)."""

    unit: Literal["kg", "kwh"]
    mj_per_unit: Positive  #: lower heating value; 3.6 for a kWh
    co2_kg_per_unit: Number  #: tank to wheel: burning it (electricity: making it, unless a supplier's own is given)
    slip_co2e_kg_per_unit: Number | None = None  #: methane that leaves the engine unburnt, as CO2 over 100 years


class Supply(Part):
    """``energy.supplies.<supplier>.<carrier>``: what an operator of trains, or a sea's bunker trade, pays."""

    usd_per_unit: Number
    co2_kg_per_unit: Number | None = None  #: of this supplier's grid, in place of the carrier's


class ShipFuel(Part):
    """``energy.ships.<vessel class>``: one ship; in port is at berth or at anchor, in service."""

    carrier: Text
    supplier: Text
    sea_kg_per_h: Number
    port_kg_per_h: Number


class Consumption(Part):
    """``energy.unassigned.<traction>``: trains on lines for whose territory no locomotives are given."""

    diesel_kg_per_1000_gross_tkm: Number | None = None
    lng_kg_per_1000_gross_tkm: Number | None = None
    electricity_kwh_per_1000_gross_tkm: Number | None = None


class Energy(Part):
    """Prices and factors that ``corridorsim energy`` applies to a run that has ended; no run is changed by them."""

    carriers: dict[str, Carrier] = {}
    supplies: dict[str, dict[str, Supply]] = {}
    ships: dict[str, ShipFuel] = {}
    unassigned: dict[Traction, Consumption] = {}
    train_factor: Positive | None = None  #: on what all trains consume; its range is that of the classes' figures


class Geo(Part):
    """Files of lines and outlines, for maps (GeoJSON, degrees). Without them legs are drawn straight between nodes."""

    lines: Names = ()  #: LineStrings; their property ``id`` is a ``leg_id``, or a segment or sea link
    land: Names = ()  #: Polygons, filled without borders between them
    water: Names = ()  #: Polygons, over the land
    attribution: Text = ""  #: what their licences ask to be shown with every map


class UncertainGroup(Part):
    """Numbers that are unknown together: one level from 0 to 1 moves all of them between their low and high."""

    title: Text
    leaves: Names  #: their paths; ``*`` stands for any one key or a part of one, ``-`` in front for the other way
    factor: RangedFactor | None = None  #: multiplies leaves that have no range of their own


class Source(Part):
    publisher: Text = ""
    title_or_topic: Text = ""
    url: Text = ""
    date: Text = ""
    kind: Text = ""


class Scenario(BaseModel):
    """A whole scenario, typed, before it becomes a Blueprint."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    schema_: Literal[1] = Field(alias="schema")  #: version of this vocabulary
    title: Text
    purpose: Text = ""
    source_ids: Names = ()
    horizon: Horizon
    statuses: tuple[Status, ...] = ("done", "contracted")
    policies: Policies = Field(default={}, validate_default=True)
    single_track: SingleTrack = Field(default={}, validate_default=True)
    demand: Demand = Field(default={}, validate_default=True)
    uncertainty: Literal["fixed", "sample"] = "fixed"  #: whether every replication draws its levels of the groups
    assumptions: Assumptions = Field(default={}, validate_default=True)
    targets: tuple[Target, ...] = ()
    nodes: dict[str, Node]
    segments: dict[str, Segment] = {}
    route_options: dict[str, RouteOption] = {}
    sea_links: dict[str, SeaLink] = {}
    ports: dict[str, dict[BerthKind, Berths]] = {}
    vessels: dict[str, VesselClass] = {}
    vessel_deliveries: dict[str, VesselDelivery] = {}
    weather: dict[str, dict[Month, ClosureMonth]] = {}
    weather_groups: dict[str, WeatherGroup] = {}
    territories: dict[str, Territory] = {}
    workshops: dict[str, Workshop] = {}
    locomotive_classes: dict[str, LocomotiveClass] = {}
    fleets: dict[str, Fleet] = {}
    locomotives: dict[str, LocomotiveContract] = {}
    wagons: dict[str, Wagons] = {}
    dry_ports: dict[str, DryPort] = {}
    borders: dict[str, Border] = {}
    flows: dict[str, Flow]
    growth: dict[str, dict[str, dict[Year, Number]]] = {}
    profiles: dict[str, dict[Month, Factor]] = {}
    events: dict[str, Event] = {}
    changes: dict[str, Change] = {}
    projects: dict[str, Project] = {}
    energy: Energy = Field(default={}, validate_default=True)
    geo: Geo = Field(default={}, validate_default=True)
    uncertain_groups: dict[str, UncertainGroup] = {}
    kept_draws: dict[str, dict[str, Share]] = {}  #: levels of all groups, draw by draw; replications use them in turn
    sources: dict[str, Source] = {}


#: part -> the first of its fields that are kept for the reader: it and those after it are never used
KEPT_FROM: dict[type[BaseModel], str] = {
    Node: "country",
    Loop: "name",
    Segment: "leg_id",
    SeaLink: "distance_km",
    Berths: "berths_dry_total",
    VesselClass: "name",
    VesselDelivery: "new_class_name",
    LocomotiveClass: "name",
    Wagons: "country",
    Dwell: "reported_mean_h",
    DryPort: "cranes",
    Border: "country_from",
    Flow: "commodity",
    Change: "value_before",
}

#: what the model takes in the place of a number (or day) that is kept for the reader: whoever sets it wants the other.
#: Numbers that are kept and not here are read by ``corridorsim energy``.
INSTEAD: dict[type[BaseModel], dict[str, str]] = {
    Segment: {"in_service_from": "capacity_pairs_per_day: {2024-01-01: 0, <day>: <pairs>}"},
    Berths: {
        "berths_dry_total": "berths",
        "nameplate_teu_per_year": "berths, cranes and moves_per_crane_hour",
        "nameplate_mt_per_year": "berths here, load_h and unload_h of the ships",
        "vessel_stay_h": "load_h, unload_h and port_approach_h of the ships",
        "storage_teu": "storage_wagons",
        "service_wagons_per_day": "unload_train_h and unloading_tracks here, load_h and unload_h of the ships",
    },
    VesselClass: {
        "speed_kn": "sailing_h of the sea link",
        "draught_m": "depth_loss_per_m here, draught_limit_m of the ports",
        "count_other_routes": "count",
    },
    LocomotiveClass: dict.fromkeys(
        ("power_kw", "starting_tractive_effort_kn", "continuous_tractive_effort_kn"), "trailing_mass_limit_t"
    )
    | dict.fromkeys(("continuous_speed_kmh", "max_speed_kmh"), "freight_speed_kmh of the segments"),
    Wagons: {
        "payload_t": "t_per_unit of the flows",
        "fleet_units": "corridor_units",
        "net_t_per_train": "lot_units of the flows",
        "gross_t_per_train": "lot_units of the flows, max_gross_train_t of the segments",
        "train_length_m": "length_m and wagons_per_train",
    },
    Dwell: {f"reported_{what}_h": "dwell_h" for what in ("mean", "p90", "min", "mode", "max")},
    DryPort: dict.fromkeys(
        ("cranes", "moves_per_crane_hour", "nameplate_teu_per_year", "tracks_1520"),
        "tracks_under_cranes, transload_hours_per_train and max_trains_per_day",
    ),
    Border: {
        "episode_h": "dwell_h",
        "handover_limit_trains_per_day": "handover_limit_trains_per_day of the dry port",
        "capacity_mt_per_year": "servers and dwell_h",
    },
    Flow: dict.fromkeys(("wagons_per_train", "teu_per_train", "net_t_per_train"), "lot_units"),
    Change: {"value_before": "value"},
}


#: Tables: section -> (key columns in order, columns in front of the row's own branch, the one value column or None).
#: ``("port_id", "berth_kind")`` of ``ports`` makes ``ports.<port_id>.<berth_kind>.<column>``; a value column makes
#: the row itself a leaf: ``growth.<scenario_id>.<flow_group>.<year>``. A ``{name}`` part of the path is fixed text.
TABLES: dict[str, tuple[str, str | None]] = {
    # file stem in `tables:` -> (path pattern with {key columns}, value column)
    "nodes": ("nodes.{id}", None),
    "segments": ("segments.{id}", None),
    "loops": ("segments.{segment_id}.loops.{loop_id}", None),
    "sea_links": ("sea_links.{id}", None),
    "ports": ("ports.{port_id}.{berth_kind}", None),
    "vessels": ("vessels.{class_id}", None),
    "vessel_deliveries": ("vessel_deliveries.{delivery_id}", None),
    "weather": ("weather.{port_group}.{month}", None),
    "territories": ("territories.{id}", None),
    "workshops": ("workshops.{id}", None),
    "locomotive_classes": ("locomotive_classes.{id}", None),
    "fleets": ("fleets.{id}", None),
    "locomotives": ("locomotives.{id}", None),
    "locomotive_deliveries": ("locomotives.{contract_id}.deliveries.{year}", "units"),
    "wagons": ("wagons.{id}", None),
    "dry_ports": ("dry_ports.{id}", None),
    "dry_port_dwell": ("dry_ports.{dry_port_id}.dwell.{direction}.{service_class}", None),
    "borders": ("borders.{border_id}", None),
    "flows": ("flows.{flow_id}", None),
    "growth": ("growth.{scenario_id}.{flow_group}.{year}", "multiplier"),
    "profiles": ("profiles.{profile_id}.{month}", None),
    "events": ("events.{event_id}", None),
    "changes": ("changes.{change_id}", None),
    "projects": ("projects.{project_id}", None),
    "energy_carriers": ("energy.carriers.{carrier}", None),
    "energy_supplies": ("energy.supplies.{supplier}.{carrier}", None),
    "energy_ships": ("energy.ships.{class_id}", None),
    "energy_unassigned": ("energy.unassigned.{traction}", None),
    "uncertain_groups": ("uncertain_groups.{group}", None),
    "kept_draws": ("kept_draws.{draw}.{group}", "level"),
    "sources": ("sources.{source_id}", None),
}
