"""The cases: what each scenario is made of, what is known, and which figures of the public tables are held to it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from ruamel.yaml import YAML

import corridorsim
from corridorsim.report.result import Result

from . import scenarios
from .judge import Controls, Estimate, Verdict, drawn_as_said, estimate, look
from .scenarios import HOURS, Tree

FILES = Path(__file__).parent / "cases"
CLOSED_FORM, PORT_QUEUES = "closed_form_cases.json", "port_queue_tables.csv"
#: the draws of a case are its own: with one seed for all a run of luck would be in every one of them
SEED = 2024
#: replications by which a case is laid out; of the pilot; and fresh ones, at least and at most
REPLICATIONS, PILOT, LEAST, MOST = 100, 20, 8, 480

Read = Callable[["Figures"], float]


class Figures:
    """The public tables of one replication."""

    def __init__(self, result: Result, replication: int, hours: float) -> None:
        self._tables: dict[str, Any] = {}
        self._result, self._replication, self.hours = result, replication, hours

    def table(self, name: str) -> Any:
        """A frame of ``Result``, of this replication alone."""
        if name not in self._tables:
            whole = getattr(self._result, name)
            self._tables[name] = whole[whole.replication == self._replication]
        return self._tables[name]

    def queue(self, resource: str, column: str) -> float:
        """Of ``result.queues``, over all years: counts add up, numbers over time are weighed by it."""
        rows = self.table("queues")
        mine = rows[rows.resource == resource]
        if column in ("came", "waited"):
            return float(mine[column].sum())
        if column in ("waited_share", "wait_h", "stay_h"):
            return float((mine[column] * mine.came).sum() / mine.came.sum())
        return float(mine[column].mean())

    def busy_h(self, resource: str) -> float:
        """Of ``result.utilisation``."""
        rows = self.table("utilisation")
        return float(rows[rows.resource == resource].busy.sum()) / 3600

    def in_service_h(self, resource: str) -> float:
        """Of ``result.utilisation``."""
        rows = self.table("utilisation")
        return float(rows[rows.resource == resource].available.sum()) / 3600

    def service_h(self, resource: str) -> float:
        """Mean hours of service."""
        return self.busy_h(resource) / self.queue(resource, "came")

    def expected(self, resource: str, column: str, per_hour: float) -> float:
        """``wait_h`` or ``waited_share`` of ``queue``, but of each of those that are expected to come.

        Over those that did come it would lean low: where many came each waited longer, and the mean of ratios is not
        the ratio of means. How many came is a control.
        """
        return self.queue(resource, column) * self.queue(resource, "came") / (per_hour * self.hours)

    def flow(self, flow: str, column: str) -> float:
        """Of ``result.flows``, tonnes; here a tonne is a train or a wagon."""
        rows = self.table("flows")
        return float(rows[rows.flow == flow][column].sum())

    def waiting_h(self, cause: str, place: str) -> float:
        """Of ``result.waiting``: tonne-hours, which are train or wagon hours."""
        rows = self.table("waiting")
        return float(rows[(rows.cause == cause) & (rows.place == place)].tonne_days.sum()) * 24


@dataclass(frozen=True)
class Runs:
    """Replications of one stage."""

    number: int
    known: Mapping[str, Sequence[float]]  #: what is to be compared, of each replication
    controls: Controls


@dataclass(frozen=True)
class Case:
    """One scenario and what is known of it."""

    name: str
    template: str  #: function of ``scenarios``
    scenario: Tree
    load: float
    #: quantity -> (known value, what counts as one of it, figure)
    known: Mapping[str, tuple[float, float, Read]]
    controls: Mapping[str, tuple[float, Read]] = field(default_factory=dict)
    #: quantities without controls: those that are nothing but a function of one
    plain: frozenset[str] = frozenset()
    source: str = CLOSED_FORM
    years: int = 1

    @property
    def customers(self) -> float:
        """How much there is to simulate in a replication."""
        flows = sum(float(flow["mt_per_year"]) * 1e6 for flow in self.scenario["flows"].values())
        ports = self.scenario.get("ports", {}).values()
        calls = sum(row.get("other_ships_per_day", 0.0) * 365 / 3 for port in ports for row in port.values())
        return (flows + calls) * self.years

    @property
    def path(self) -> str:
        """Of the generator."""
        return f"tests/theory/scenarios.py:{self.template}"

    def write(self, folder: Path) -> Path:
        """The scenario as a file."""
        file = folder / f"{re.sub('[^a-zA-Z0-9.]+', '_', self.name)}.yaml"
        with file.open("w", encoding="utf-8") as stream:
            YAML().dump(self.scenario, stream)
        return file

    def simulate(self, replications: int | None = None) -> list[Verdict]:
        """Through the public door, judged one by one: ``judge.together`` judges them together.

        Without a number there are two stages (see ``judge.Pilot``): a pilot says how many replications are needed for
        intervals as narrow as is asked for, and so many fresh ones follow. With more than MOST of them needed intervals
        stay too wide, and are said to be.
        """
        first = self._runs(0, replications or PILOT)
        pilots = {
            quantity: look(first.known[quantity], {} if quantity in self.plain else first.controls)
            for quantity in self.known
        }
        if replications:
            self._hold_to_what_is_said(first)
            return [self.verdict(q, estimate(pilot, self.known[q][0]), replications) for q, pilot in pilots.items()]
        number = max([LEAST, *(pilots[q].needed(limit) for q, limit in self._limits().items())])
        fresh = self._runs(1, int(min(number, MOST)))
        self._hold_to_what_is_said(first, fresh)
        return [
            self.verdict(q, estimate(pilot, self.known[q][0], fresh.known[q], fresh.controls), PILOT + fresh.number)
            for q, pilot in pilots.items()
        ]

    def _limits(self) -> dict[str, float]:
        """Half-widths that are asked for, of all that is not too rare for an interval."""
        nothing = Estimate(0.0, 0.0, 1.0)
        verdicts = [self.verdict(quantity, nothing, 0) for quantity in self.known]
        return {v.quantity: v.limit for v in verdicts if not v.rare}

    def _runs(self, stage: int, number: int) -> Runs:
        seed = SEED + crc32(self.name.encode()) + (stage << 32)
        with TemporaryDirectory() as folder:
            file = self.write(Path(folder))
            result = corridorsim.run(file, replications=number, seed=seed, executor="serial", out=None)
        runs = [Figures(result, replication, HOURS[self.years]) for replication in range(number)]
        return Runs(
            number,
            {quantity: [read(run) for run in runs] for quantity, (_, _, read) in self.known.items()},
            {name: ([read(run) for run in runs], said) for name, (said, read) in self.controls.items()},
        )

    def _hold_to_what_is_said(self, *stages: Runs) -> None:
        for name, (said, _) in self.controls.items():
            values = [value for stage in stages for value in stage.controls[name][0]]
            if not drawn_as_said(values, said):
                raise AssertionError(f"{self.name}: {name} of the runs is not what is said of it, {said:g}: {values}")

    def verdict(self, quantity: str, found: Estimate, replications: int) -> Verdict:
        """What was found of a quantity beside what is known."""
        known, unit, _ = self.known[quantity]
        return Verdict(
            case=self.name, quantity=quantity, known=known, unit=unit, load=self.load, replications=replications,
            estimate=found, source=self.source,
        )  # fmt: skip


# --- how long to look -------------------------------------------------------------------------------------------------


def _customers(load: float, known: float, cv2: float = 1.0, least: float = 400) -> float:
    """Customers of a replication, for the half-width that is asked for.

    By the variance of a mean wait in M/M/1 (Whitt, Management Science 35 (1989), 1341-1366), of which controls leave
    about half; longer services vary more.
    """
    relative = load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4 / (load / (1 - load)) ** 2
    wanted = max(0.02 + 0.08 * min(max(load - 0.7, 0), 0.2) / 0.2, 0.01 / known if known > 0 else 1.0)
    needed = 0.95 * relative * (1.96 / wanted) ** 2 * max(0.35, (1 + cv2) / 2) ** 0.9
    relaxing = 12 / (1 - load**0.5) ** 2  # a run must be long beside the time in which a queue forgets
    return max(needed / REPLICATIONS, relaxing, least)


def _single(resource: str, service_h: float, per_hour: float, alone: bool = False) -> dict[str, tuple[float, Read]]:
    """What a queue of trains or ships draws: how many come, and their hours.

    Of one server ``alone`` also how many find it busy, who see it as often so as it is.
    """
    drawn: dict[str, tuple[float, Read]] = {
        "arrivals": (per_hour, lambda run: run.queue(resource, "came") / run.hours),
        "service": (service_h, lambda run: run.service_h(resource)),
    }
    if alone:
        drawn["found busy"] = (service_h * per_hour, lambda run: run.expected(resource, "waited_share", per_hour))
    return drawn


def _numbers(name: str) -> dict[str, float]:
    """``c=2,rho=0.7`` as numbers."""
    return {key: float(value) for key, value in (part.split("=") for part in name.split(","))}


# --- families ---------------------------------------------------------------------------------------------------------


#: trains of a replication for each server of a border post
EACH = 800


def border(name: str, servers: int, load: float, cv2: float, known: Mapping[str, float]) -> Case:
    """Trains that come at random to a border post: M/G/c."""
    wait = known["Wq_over_s"]
    if cv2 == 1 and load <= EQUAL_UP_TO:
        return _equal_posts(name, servers, load, known)
    # of many servers few trains wait, by turns hardly any and very many: a run must have many of them for each
    per_hour = _customers(load, wait, cv2, least=EACH * servers) / HOURS[1]
    hours = servers * load / per_hour
    reads: dict[str, Read] = {
        "Wq_over_s": lambda run: run.expected("border:post", "wait_h", per_hour) / hours,
        "C": lambda run: run.expected("border:post", "waited_share", per_hour),
    }
    return Case(
        name, "border", scenarios.border(per_hour, servers, scenarios.of_variation(hours, cv2)), load,
        {quantity: (value, 1.0, reads[quantity]) for quantity, value in known.items()},
        _single("border:post", hours, per_hour, alone=servers == 1 and "C" not in known),
    )  # fmt: skip


#: posts in a row, each worth about so much of one alone, and up to which load: above it they take long to fill
EQUAL_POSTS, WORTH, EQUAL_UP_TO = 8, 0.6, 0.7


def _equal_posts(name: str, servers: int, load: float, known: Mapping[str, float]) -> Case:
    """What leaves M/M/c is again at random (Burke's theorem): of some posts in a row each is one, and a train tells of
    all of them."""
    resources = [f"border:post_{number}" for number in range(1, EQUAL_POSTS + 1)]
    filled = max(36 / (1 - load**0.5) ** 2, 200 * servers * load)  # the last post too, before results are taken
    per_hour = max(filled, _customers(load, known["Wq_over_s"]) / (WORTH * EQUAL_POSTS)) / HOURS[1]
    hours = servers * load / per_hour

    def mean(run: Figures, column: str) -> float:
        return sum(run.expected(resource, column, per_hour) for resource in resources) / EQUAL_POSTS

    reads: dict[str, Read] = {
        "Wq_over_s": lambda run: mean(run, "wait_h") / hours,
        "C": lambda run: mean(run, "waited_share"),
    }
    return Case(
        name, "stations", scenarios.stations(per_hour, [(servers, hours)] * EQUAL_POSTS), load,
        {quantity: (value, 1.0, reads[quantity]) for quantity, value in known.items()},
        {
            "arrivals": (per_hour, lambda run: sum(run.queue(r, "came") for r in resources) / EQUAL_POSTS / run.hours),
            "service": (hours, lambda run: sum(map(run.service_h, resources)) / EQUAL_POSTS),
        },
    )  # fmt: skip


def headway(name: str, load: float, wait: float) -> Case:
    """Trains that come at random to a line of one slot every so many seconds: M/D/1."""
    per_hour = _customers(load, wait, 0) / HOURS[1]
    hours = load / per_hour

    def waited(run: Figures) -> float:
        return run.waiting_h("slot", "line") / (per_hour * run.hours) / hours

    return Case(
        name, "segment", scenarios.segment(per_hour, 24 / hours), load, {"Wq_over_s": (wait, 1.0, waited)},
        {"arrivals": (per_hour, lambda run: run.flow("trains", "offered_t") / run.hours)},
    )  # fmt: skip


def berths(name: str, number: int, load: float, cv2: float, wait: float, source: str = PORT_QUEUES) -> Case:
    """Ships that come at random to some berths: M/G/n."""
    # where few wait, those few must be many
    alone = load / (1 - load) * (1 + cv2) / 2
    power = 0.7 * load if load <= 0.7 else 0.25
    per_hour = 1.1 * _customers(load, wait, cv2) * (alone / max(wait, 0.01)) ** power / HOURS[1]
    hours = number * load / per_hour
    return Case(
        name, "berths", scenarios.berths(24 * per_hour, number, scenarios.of_variation(hours, cv2)), load,
        {"wait_over_service": (wait, 1.0, lambda run: run.expected("berth:port.dry", "wait_h", per_hour) / hours)},
        _single("berth:port.dry", hours, per_hour, alone=number == 1), source,
    )  # fmt: skip


def tandem(name: str, rate: float, posts: list[tuple[int, float]], known: list[dict[str, float]], total: float) -> Case:
    """A line of stations: a Jackson network in tandem. ``posts``: (servers, rate of each)."""
    load = max(rate / mu / servers for servers, mu in posts)
    unit_h = rate * HOURS[1] / 5_000  # hours of one unit of time
    resources = [f"border:post_{number}" for number in range(1, len(posts) + 1)]
    found: dict[str, tuple[float, float, Read]] = {}
    for number, (resource, station, (_, mu)) in enumerate(zip(resources, known, posts, strict=True), 1):

        def wait(run: Figures, resource: str = resource) -> float:
            return run.queue(resource, "wait_h") / unit_h

        def there(run: Figures, resource: str = resource) -> float:
            return run.queue(resource, "mean_present")

        found[f"Wq_{number}"] = (station["Wq"], 1 / mu, wait)
        found[f"L_{number}"] = (station["L"], 1.0, there)
    found["W_total"] = (total, 1.0, lambda run: sum(run.queue(r, "stay_h") for r in resources) / unit_h)
    controls: dict[str, tuple[float, Read]] = {
        "arrivals": (rate / unit_h, lambda run: run.flow("trains", "offered_t") / run.hours)
    }
    for resource, (_, mu) in zip(resources, posts, strict=True):
        controls[resource] = (unit_h / mu, lambda run, resource=resource: run.service_h(resource))  # type: ignore[misc]
    tree = scenarios.stations(rate / unit_h, [(servers, unit_h / mu) for servers, mu in posts])
    return Case(name, "stations", tree, load, found, controls)


def finite(name: str, servers: int, most: int, rate: float, mu: float, known: Mapping[str, float]) -> Case:
    """A border post at which only so many trains may stand: M/M/c/K. What is over that is refused."""
    unit_h = rate * HOURS[1] / 2_500
    reads: dict[str, Read] = {
        "p_block": lambda run: run.flow("trains", "refused_t") / run.flow("trains", "offered_t"),
        "L": lambda run: run.queue("border:post", "mean_present"),
        "W": lambda run: run.queue("border:post", "stay_h") / unit_h,
        "thr": lambda run: run.queue("border:post", "came") / run.hours * unit_h,
    }
    tree = scenarios.border(rate / unit_h, servers, scenarios.exponential(unit_h / mu), most_there=most)
    controls = _single("border:post", unit_h / mu, rate / unit_h)
    controls["arrivals"] = (rate / unit_h, lambda run: run.flow("trains", "offered_t") / run.hours)
    load = known["thr"] / mu / servers
    return Case(name, "border", tree, load, {q: (value, 1.0, reads[q]) for q, value in known.items()}, controls)


def ferry(name: str, places: int, rate: float, known: Mapping[str, float]) -> Case:
    """Wagons that come at random to a ferry that leaves by the clock: bulk service M/D^b/1."""
    interval_h = 6.0 if rate < 6 else 12.0 if rate < 15 else 16.0

    def waited(run: Figures) -> float:
        return run.waiting_h("vessel", "port_east.rail_ferry") / interval_h

    reads: dict[str, Read] = {
        # mean number waiting less half of those that come in an interval
        "mean_left_behind": lambda run: (waited(run) - run.flow("wagons", "offered_t") / 2) / (run.hours / interval_h),
        "mean_wait_in_intervals": lambda run: waited(run) / run.flow("wagons", "offered_t"),
    }
    return Case(
        name, "ferry", scenarios.ferry(rate, places, interval_h), rate / places,
        {quantity: (value, 1.0, reads[quantity]) for quantity, value in known.items()},
        {"arrivals": (rate, lambda run: run.flow("wagons", "offered_t") / run.hours * interval_h)},
    )  # fmt: skip


def repair(name: str, number: int, crews: int, mtbf: float, mttr: float, known: Mapping[str, float]) -> Case:
    """Locomotives and repair crews: M/M/c//N."""
    unit_h = (30.0 if number < 8 else 60.0) / mtbf  # hours of one hour of the case
    shed, pool = "workshop:shed", "territory:line"
    reads: dict[str, tuple[float, Read]] = {
        "mean_down": (1.0, lambda run: run.queue(shed, "mean_present")),
        "mean_up": (1.0, lambda run: run.in_service_h(pool) / run.hours),
        "availability": (1.0, lambda run: run.in_service_h(pool) / run.hours / number),
        "Wq": (mttr, lambda run: run.queue(shed, "wait_h") / unit_h),
        "W": (mttr, lambda run: run.queue(shed, "stay_h") / unit_h),
        "p0": (1.0, lambda run: run.queue(shed, "empty_share")),
    }
    load = known["mean_up"] * mttr / mtbf / crews
    return Case(
        name, "repair", scenarios.repair(number, crews, mtbf * unit_h, mttr * unit_h), load,
        {quantity: (known[quantity], *reads[quantity]) for quantity in reads if quantity in known},
        {"service": (mttr * unit_h, lambda run: run.service_h(shed))},
    )  # fmt: skip


def circuit(name: str, number: int, running: float, posts: list[tuple[int, float]], known: Mapping[str, Any]) -> Case:
    """Locomotives that go round by some posts: a closed network, by mean value analysis.

    ``posts``: (servers, hours) of each.
    """
    unit_h = scenarios.whole_hops(running * known["X"] * HOURS[1] / 600, len(posts)) / running
    resources = [f"border:post_{place}" for place in range(1, len(posts) + 1)]

    def rate(run: Figures) -> float:
        return run.flow("trains", "delivered_t") / run.hours * unit_h

    def running_now(run: Figures) -> float:
        return number - sum(run.queue(resource, "mean_present") for resource in resources)

    found: dict[str, tuple[float, float, Read]] = {
        "X": (known["X"], 1.0, rate),
        "R_1": (known["R"][0], running, lambda run: running_now(run) / rate(run)),
        "Q_1": (known["Q"][0], 1.0, running_now),
    }
    controls: dict[str, tuple[float, Read]] = {}
    for place, (resource, (_, hours)) in enumerate(zip(resources, posts, strict=True), 2):

        def stay(run: Figures, resource: str = resource) -> float:
            return run.queue(resource, "stay_h") / unit_h

        def there(run: Figures, resource: str = resource) -> float:
            return run.queue(resource, "mean_present")

        found[f"R_{place}"] = (known["R"][place - 1], hours, stay)
        found[f"Q_{place}"] = (known["Q"][place - 1], 1.0, there)
        controls[resource] = (hours * unit_h, lambda run, resource=resource: run.service_h(resource))  # type: ignore[misc]
    load = max(known["X"] * hours / servers for servers, hours in posts)
    tree = scenarios.circuit(number, running * unit_h, [(servers, hours * unit_h) for servers, hours in posts])
    return Case(name, "circuit", tree, load, found, controls)


def storms(name: str, rate: float, mu: float, fails: float, mends: float, known: Mapping[str, float]) -> Case:
    """Ships at one berth whose cranes rest in storms: M/M/1 with a server that breaks down."""
    berth = "berth:port.dry"
    load = rate / mu / (mends / (fails + mends))
    unit_h = rate * HOURS[1] / (5_000 * (1 + 0.15 * mu / mends))  # long storms make long queues
    reads: dict[str, Read] = {
        "L": lambda run: run.queue(berth, "mean_present"),
        "W": lambda run: run.queue(berth, "stay_h") / unit_h,
        # hours of work over hours at berth
        "availability": lambda run: run.queue(berth, "came") * unit_h / mu / run.busy_h(berth),
    }
    tree = scenarios.berths(
        24 * rate / unit_h, 1, scenarios.exponential(unit_h / mu), storms=(unit_h / fails, unit_h / mends)
    )
    controls: dict[str, tuple[float, Read]] = {
        "arrivals": (rate / unit_h, lambda run: run.queue(berth, "came") / run.hours),
        "occupied": (unit_h / mu * (1 + fails / mends), lambda run: run.service_h(berth)),
    }
    found = {quantity: (value, 1.0, reads[quantity]) for quantity, value in known.items()}
    return Case(name, "berths", tree, load, found, controls, plain=frozenset({"availability"}))


# --- all of them ------------------------------------------------------------------------------------------------------

#: servers of the posts of each closed network, which its file does not tell (from N = 1 it tells their hours)
_SERVERS = {"MVA_pub_SENG533": (1, 1), "MVA_pub_interactive": (1,), "MVA_loco_pool": (1, 1, 2)}


def closed_form(file: Path = FILES / CLOSED_FORM) -> Iterator[Case]:
    """Every case of the file of closed forms; another file of the same shape gives other cases of the same kinds."""
    known = json.loads(file.read_text(encoding="utf-8"))
    for name, values in known.get("MMc", {}).items():
        n = _numbers(name)
        yield border(f"MMc {name}", int(n["c"]), n["rho"], 1, values)
    for name, wait in known.get("MG1", {}).items():
        n = _numbers(name)
        yield border(f"MG1 {name}", 1, n["rho"], n["cs2"], {"Wq_over_s": wait})
    for name, wait in known.get("MDc", {}).items():
        n = _numbers(name)
        yield berths(f"MDc {name}", int(n["c"]), n["rho"], 0, wait, CLOSED_FORM)
        if n["c"] == 1:
            yield headway(f"MD1 headway {name}", n["rho"], wait)
    if line := known.get("Jackson_tandem"):
        posts = [(station["c"], station["mu"]) for station in line["stations"]]
        yield tandem("Jackson_tandem", line["lam"], posts, line["stations"], line["W_total"])
    for network, servers in _SERVERS.items():
        steps = known.get(network, [])
        for step in steps:
            running, *hours = next(first for first in steps if first["N"] == 1)["R"]
            posts = list(zip(servers, hours, strict=True))
            yield circuit(f"{network} N={step['N']}", step["N"], running, posts, step)
    for name, values in known.get("machine_repair", {}).items():
        n = _numbers(name)
        yield repair(f"machine_repair {name}", int(n["N"]), int(n["c"]), n["MTBF"], n["MTTR"], values)
    for name, values in known.get("MMcK", {}).items():
        n = _numbers(name)
        yield finite(f"MMcK {name}", int(n["c"]), int(n["K"]), n["lam"], n["mu"], values)
    for name, values in known.get("ferry_bulk_service", {}).items():
        n = _numbers(name)
        yield ferry(f"ferry {name}", int(n["b"]), n["lam_per_interval"], values)
    for name, values in known.get("MM1_breakdown", {}).items():
        rate, mu, fails, mends = (float(part) for part in name.strip("()").split(","))
        yield storms(f"MM1_breakdown {name}", rate, mu, fails, mends, values)


def port_queues(file: Path = FILES / PORT_QUEUES) -> Iterator[Case]:
    """Every case of the table of berths."""
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cv2 = {"M/M/n": 1.0, "M/E2/n": 0.5, "M/D/n": 0.0}[row["model"]]
            name = f"{row['model']} {row['utilisation']} n={row['berths']}"
            yield berths(
                name, int(row["berths"]), float(row["utilisation"]), cv2, float(row["exact_wait_over_service"])
            )


def all_cases() -> list[Case]:
    """All that are known."""
    return [*closed_form(), *port_queues()]
