"""``plot`` of the studies: figures from what a study saves as JSON, so that one read from its folder has them too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..experiment.reliefs import KINDS
from .plots import WORDS, NothingToDraw, Plots

if TYPE_CHECKING:
    import pandas as pd

    from ..figures import Figure

#: reliefs and groups that a figure shows
MOST = 15
_DEMANDS = {"as_given": "demand as given", "saturating": "saturating demand (capacity)"}


class _Study(Protocol):
    def as_json(self) -> str: ...


class StudyPlots(Plots):
    """``body``: the study's JSON object."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body

    @classmethod
    def of(cls, study: _Study) -> Any:
        """Of a study at hand."""
        return cls(json.loads(study.as_json()))

    def _caption(self, words: str, replications: str) -> str:
        body = self._body
        return (
            f"{words} {replications[:1].upper()}{replications[1:]}, seed {body['seed']}; corridorsim {body['version']}."
        )


class BottlenecksPlots(StudyPlots):
    """Of ``corridorsim bottlenecks``."""

    def ranking(self) -> Figure:
        """What each relief gains, most first."""
        from ..figures import ranking

        body = self._body
        reliefs = [row for row in body["reliefs"] if row["of"] == "ranked"]
        reliefs = reliefs or [row for row in body["reliefs"] if row["of"] == "kind"]
        if not reliefs:
            raise NothingToDraw("nothing was there to be relieved")
        rows = [
            {
                "label": relief_words(row["relief"]), "step": row["step"], "gain": row["gain_mt"],
                "low": row["gain_mt_low"], "high": row["gain_mt_high"], "counts": bool(row["counts"]),
                "utilisation": row["utilisation"], "waiting_share": row["waiting_share"],
            }
            for row in reliefs[:MOST]
        ]  # fmt: skip
        words = (
            f"Each relieved by itself, with {body['demand']}; gains paired on the same storms, with 95 % intervals; "
        )
        words += "busy: its busiest part; of waiting: share of all tonne-days waited."
        if len(reliefs) > MOST:
            words += f" The first {MOST} of {len(reliefs)}."
        verdict = f"{body['verdict'][:1].upper()}{body['verdict'][1:]}."
        return ranking(
            _numbers(rows, "gain", "low", "high", "utilisation", "waiting_share"),
            unit=f"Mt in {body['headline']['year']}",
            title=f"What relief would bring: {body['scenario']}", verdict=verdict,
            caption=self._caption(f"{verdict} {words}", f"{body['replications']} replications"),
        )  # fmt: skip

    def staircase(self) -> Figure:
        """One relief after another, each where it then helps most."""
        from ..figures import staircase

        body, now = self._body, self._body["as_it_stands"]
        if not body["staircase"]:
            raise NothingToDraw("no staircase was asked for")
        rows = [{"label": "as it stands", "step": "", "mean": now["delivered_mt"], "low": now["delivered_mt_low"],
                 "high": now["delivered_mt_high"]}]  # fmt: skip
        rows += [
            {"label": relief_words(row["relief"]), "step": row["step"], "mean": row["delivered_mt"],
             "low": row["delivered_mt_low"], "high": row["delivered_mt_high"]}
            for row in body["staircase"]
        ]  # fmt: skip
        words = f"Each step relieves what then binds, with {body['demand']}; mean and 95 % interval."
        return staircase(
            _numbers(rows, "mean", "low", "high"), unit=f"Mt in {body['headline']['year']}",
            title=f"One relief after another: {body['scenario']}", at_least=now.get("at_least"),
            caption=self._caption(words, f"{body['replications']} replications"),
        )  # fmt: skip


class CurvePlots(StudyPlots):
    """Of ``corridorsim locomotives``."""

    def given(self) -> Figure:
        """Tonnes against locomotives, with the demand as given."""
        return self._of("as_given")

    def capacity(self) -> Figure:
        """Tonnes against locomotives, with saturating demand."""
        return self._of("saturating")

    def _of(self, demand: str) -> Figure:
        from ..figures import Mark, locomotives

        body = self._body
        rows = [
            {"state": row["state"], "allocation": row["allocation"], "demand": demand, "units": row["units"],
             "mean": row["delivered_mt"], "low": row["delivered_mt_low"], "high": row["delivered_mt_high"]}
            for row in body["points"] if row["demand"] == demand
        ]  # fmt: skip
        if not rows:
            raise NothingToDraw(f"no points with {_DEMANDS[demand]} were asked for")
        year, contract, most = body["headline"]["year"], body["contract"], max(row["units"] for row in rows)
        there = float(contract["all_here"]["end"])
        said = f"all of the contract that can be there at the end of {year}"
        words = f"New locomotives of '{contract['title']}' in corridor service from 1 January {year}; "
        words += (
            f"{_DEMANDS[demand]}, perimeter {body['headline']['perimeter']}; mean and 95 % interval, all points on "
        )
        words += "the same storms."
        words += f" {there:g} of its {contract['ordered']} can be there at the end of {year}." * (there > most)
        return locomotives(
            _numbers(rows, "mean", "low", "high"), unit=f"Mt delivered in {year}",
            title=f"Does buying locomotives help? {_DEMANDS[demand].capitalize()}: {body['scenario']}",
            caption=self._caption(words, f"{body['replications']} replications"),
            mark=Mark(there, said) if 0 < there <= most else None,
            name=f"locomotives-{demand}",
        )  # fmt: skip


class PackagesPlots(StudyPlots):
    """Of ``corridorsim plan``."""

    def front(self) -> Figure:
        """What packages of projects reach, against their number or cost."""
        from ..figures import front

        body, target = self._body, self._body["target"]
        measure, by_cost = target["measure"], body["objective"] == "cost_musd"
        rows = [
            {"package": row["package"].replace(";", ", "), "size": row["cost_musd_known" if by_cost else "projects"],
             "mean": row[measure], "low": row[f"{measure}_low"], "high": row[f"{measure}_high"],
             "probability": row["probability"], "front": row["front"], "recommended": row["recommended"]}
            for row in body["packages"]
        ]  # fmt: skip
        unit = "Mt" if measure == "delivered_mt" else "share of offered"
        words = f"Packages of projects looked at ({body['runs']} runs); the front: none smaller delivers more. "
        words += f"{_DEMANDS[target['demand']].capitalize()}, perimeter {target['perimeter']}."
        return front(
            _numbers(rows, "size", "mean", "low", "high"),
            x_words="cost, million US$" if by_cost else "number of projects",
            y_words=f"delivered in {target['year']}, {unit}", at_least=float(target["at_least"]),
            title=f"Packages of projects: {body['scenario']}",
            caption=self._caption(words, f"up to {body['replications']} replications"),
        )  # fmt: skip


class SensitivityPlots(StudyPlots):
    """Of ``corridorsim sensitivity``."""

    def tornado(self) -> Figure:
        """What each group of uncertain inputs moves, the most first: mu* with the sign of mu, or total indices."""
        from ..figures import tornado

        body, asked = self._body, self._body["figure"]
        screened = body["method"] == "morris"
        rows = [_moved(row) if screened else _explained(row) for row in body["groups"][:MOST]]
        if screened:
            unit = asked["unit"]
            words = (
                "Mean absolute effect of moving a group from one end of its range to the other (Morris' mu*), drawn "
            )
            words += "to the side to which the figure goes in the mean; 95 % interval over trajectories."
        else:
            unit = "share of the variance"
            words = (
                "Share of the figure's variance in which a group takes part (Sobol' total index), with 95 % interval."
            )
        if len(body["groups"]) > MOST:
            words += f" The first {MOST} of {len(body['groups'])} groups."
        what = f"{WORDS[asked['measure']][0]} in {asked['year']}, perimeter {asked['perimeter']}"
        return tornado(
            _numbers(rows, "effect", "low", "high"), unit=unit,
            title=f"Which unknown moves it most ({what}): {body['scenario']}",
            caption=self._caption(words, f"{body['points']} points, {body['replications']} replications each"),
        )  # fmt: skip


class SweepPlots(StudyPlots):
    """Of ``corridorsim sweep``."""

    def factors(self) -> Figure:
        """How far each factor moves the headline figure over its values, averaged over the others; widest first."""
        from ..figures import factors

        body = self._body
        effects: dict[str, list[dict[str, Any]]] = {}
        for effect in body["effects"]["values"]:
            effects.setdefault(effect["factor"], []).append(effect)
        if not effects:
            raise NothingToDraw("no factor takes several values in this sweep")
        rows = []
        for factor, found in effects.items():
            low, high = (choose(found, key=lambda effect: effect["mean"]) for choose in (min, max))
            rows.append({"label": factor, "low_value": str(low["value"]), "high_value": str(high["value"]),
                         "low": low["mean"], "high": high["mean"]})  # fmt: skip
        rows.sort(key=lambda row: row["low"] - row["high"])
        head = body["headline"]
        name = f"{head['measure']}_{head['year']}_{head['perimeter']}"
        words = "Mean over all points with a value, written at either end of the bar. Perimeter "
        return factors(
            _numbers(rows, "low", "high"), unit=f"Mt delivered in {head['year']}",
            centre=float(body["points"][0][name]),
            title=f"What each factor moves: {body['scenario']}",
            caption=self._caption(f"{words}{head['perimeter']};", f"{body['replications']} replications a point"),
        )  # fmt: skip


def relief_words(key: str) -> str:
    """``ships:ferry_x (and 2 more)`` as ``ships: ferry x (and 2 more)``; kinds as a whole by their title."""
    told = []
    for part in key.split(" + "):
        kind, _, name = part.partition(":")
        title = KINDS[kind].title if kind in KINDS else kind
        told.append(f"{title}: {name.replace('_', ' ')}" if name else title)
    return " + ".join(told)


def _moved(row: Mapping[str, Any]) -> dict[str, Any]:
    down = row["mu"] < 0
    low, high = row["mu_star_low"], row["mu_star_high"]
    if down:
        low, high = (None if bound is None else -bound for bound in (high, low))
    return {"label": row["title"] or row["group"], "effect": -row["mu_star"] if down else row["mu_star"], "low": low,
            "high": high, "noise": row["verdict"] != "moves it", "widest": row["widest"]}  # fmt: skip


def _explained(row: Mapping[str, Any]) -> dict[str, Any]:
    noise = row["total_low"] is not None and row["total_low"] <= 0
    return {"label": row["title"] or row["group"], "effect": row["total"], "low": row["total_low"],
            "high": row["total_high"], "noise": noise, "widest": row["widest"]}  # fmt: skip


def _numbers(rows: list[dict[str, Any]], *names: str) -> pd.DataFrame:
    """Rows as a frame; None is NaN in columns of numbers."""
    import pandas as pd

    made = pd.DataFrame(rows)
    return made.astype(dict.fromkeys(names, float))
