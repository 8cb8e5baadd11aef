"""A check as a person and a build server read it: new runs against a stored baseline, and the baseline stored anew."""

from __future__ import annotations

import html
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..analysis.regression import Baseline, Change, Entry, Judged, resolution
from ..experiment import Failure, write_whole
from .junit import TestCase, junit_xml
from .text import table, whole


@dataclass(frozen=True)
class Check:
    """New runs of a scenario against a stored baseline. ``judged`` is empty where a run failed (``failures``)."""

    name: str
    against: Path
    baseline: Baseline
    judged: tuple[Judged, ...]
    digest: str | None
    fingerprint: str
    inputs: str
    environment: dict[str, str]
    exact: bool
    command: str
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @property
    def same_digest(self) -> bool:
        """Whether the runs recorded the same in every detail."""
        return self.digest is not None and self.digest == self.baseline.digest

    @property
    def other_environment(self) -> list[str]:
        """``numpy 2.4.6, stored with 2.3.0`` for each part that is not the stored one."""
        stored = self.baseline.environment
        return [
            f"{name} {self.environment.get(name, 'none')}, stored with {stored.get(name, 'none')}"
            for name in {**stored, **self.environment}
            if self.environment.get(name) != stored.get(name)
        ]

    @property
    def passed(self) -> bool:
        """Whether every figure is what it was, and with ``exact`` the digest too."""
        figures = not self.failures and all(item.passed for item in self.judged)
        return figures and (self.same_digest or not self.exact)

    @property
    def scenario_says(self) -> str:
        """Whether what was run is what was stored."""
        if self.fingerprint == self.baseline.fingerprint:
            return "the same to the engine as when the baseline was stored"
        if self.baseline.fingerprint is None:
            return "not known to be the one that was stored"
        if self.inputs == self.baseline.inputs:
            return "its inputs are those that were stored, but the model makes something else of them now"
        return "the scenario itself changed since the baseline was stored"

    @property
    def digest_says(self) -> str:
        """The digest and, where it differs, what that may come of."""
        if self.digest is None:
            return "none: a run failed"
        if self.same_digest:
            return f"{self.digest[:16]}, as stored"
        if self.baseline.digest is None:
            return f"{self.digest[:16]}; none is stored"
        told = f"{self.digest[:16]}, stored was {self.baseline.digest[:16]}"
        if self.other_environment:
            told += (
                f"; but the environment is another one ({'; '.join(self.other_environment)}), which may be the cause"
            )
        return told

    # --- for people ---------------------------------------------------------------------------------------------------

    def page(self) -> str:
        """As text."""
        base = self.baseline
        lines = [
            f"check of {self.name} against {self.against} · {base.replications} replications · seed {base.seed}",
            *([_stored(base.history[-1])] if base.history else []),
            self.verdict,
            "",
        ]
        ordered = sorted(self.judged, key=lambda item: item.passed)
        level = f"{100 * (1 - 2 * (1 - base.confidence)):g} %"
        header = ["verdict", "figure", "stored", "now", "difference", level, "margin"]
        lines += table(header, [_row(item) for item in ordered], left=2) if ordered else []
        untold = [item for item in ordered if item.verdict in ("not shown", "missing")]
        lines += [f"  {item.figure.label}: {item.reason}" for item in untold]
        lines += [
            "",
            f"inputs   {self.scenario_says}",
            f"digest   {self.digest_says}"
            + ("" if self.exact else " (compared with --exact)" * (not self.same_digest)),
            *([f"files    {self.folder}/"] if self.folder else []),
            f"again    {self.command}",
        ]
        if not self.passed and not self.failures:
            lines.append('if it is meant: the same with --update --reason "..." stores what is now, and why')
        return "\n".join(lines)

    @property
    def verdict(self) -> str:
        """In one line."""
        if self.failures:
            return f"NOT CHECKED: {len(self.failures)} of {self.baseline.replications} runs failed"
        count = len(self.judged)
        words = {
            "different": "moved",
            "missing": "gone",
            "not shown": "not shown to be the same",
        }
        bad = Counter(item.verdict for item in self.judged if not item.passed)
        if bad:
            told = ", ".join(f"{bad[word]} {said}" for word, said in words.items() if bad[word])  # type: ignore[index]
            return f"REGRESSION: of {count} figures {told}"
        if not self.passed:
            return f"REGRESSION: the digest differs, though all {count} figures pass"
        if self.same_digest:
            return (
                f"passed: the runs are identical to the stored ones; all {count} figures are, with no variance to test"
            )
        return f"passed: all {count} figures are what was stored, within their margins"

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.page())}</pre>"

    # --- for programs -------------------------------------------------------------------------------------------------

    def as_json(self) -> str:
        """One object: ``passed``, every figure with its verdict, the digests, and what differs beside them."""
        base = self.baseline
        body = {
            "passed": self.passed,
            "verdict": self.verdict,
            "scenario": self.name,
            "against": str(self.against),
            "seed": base.seed,
            "replications": base.replications,
            "confidence": base.confidence,
            "figures": [_record(item) for item in self.judged],
            "digest": {"exact": self.exact, "same": self.same_digest, "stored": base.digest, "now": self.digest},
            "fingerprint": {"stored": base.fingerprint, "now": self.fingerprint, "told": self.scenario_says},
            "environment": {"stored": base.environment, "now": self.environment, "differs": self.other_environment},
            "failures": [f"{item.run.label}, at {item.stage}: {item.message}" for item in self.failures],
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def junit(self) -> bytes:
        """JUnit XML: a case a figure, one a failed run, one for the digest (skipped: differs, not asked)."""
        cases = [
            TestCase(item.figure.label, "passed" if item.passed else "failure", item.verdict, _in_words(item))
            for item in self.judged
        ]
        cases += [TestCase(item.run.label, "error", item.stage, item.message) for item in self.failures]
        digest = "passed" if self.same_digest else "failure" if self.exact else "skipped"
        if self.digest is not None:
            cases.append(TestCase("digest", digest, "different", self.digest_says))  # type: ignore[arg-type]
        return junit_xml(f"corridorsim check {self.name}", f"corridorsim.check.{self.name}", cases)

    def save(self) -> None:
        """Write check.json, page.txt, junit.xml and command.txt to ``folder``. Raises OSError."""
        if self.folder is None:
            raise ValueError("this check has no folder")
        write_whole(self.folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(self.folder / "junit.xml", self.junit())
        write_whole(self.folder / "command.txt", f"{self.command}\n".encode())
        write_whole(self.folder / "check.json", f"{self.as_json()}\n".encode())


def _stored(last: Entry) -> str:
    return f"stored on {last.date} by corridorsim {last.version}: {last.reason}"


def _row(item: Judged) -> list[str]:
    interval, shown = item.difference, _four
    bounds = ""
    if interval is not None and interval.low is not None and interval.high is not None:
        bounds = f"[{shown(interval.low)}, {shown(interval.high)}]"
    return [
        item.verdict if item.passed else item.verdict.upper(),
        item.figure.label,
        f"{shown(item.before)} {item.figure.unit}".rstrip(),
        "-" if item.after is None else shown(item.after),
        "-" if interval is None else shown(interval.mean),
        bounds if item.verdict != "identical" else "",
        f"±{shown(item.margin)}",
    ]


def _four(value: float) -> str:
    """Four digits, or all before the point: margins may be small."""
    return whole(value) if abs(value) >= 1000 else f"{value:.4g}"


def _in_words(item: Judged) -> str:
    unit = f" {item.figure.unit}".rstrip()
    now = "nothing" if item.after is None else f"{item.after:.6g}{unit}"
    return f"stored {item.before:.6g}{unit}, now {now}, margin {item.margin:.4g}{unit}: {item.reason}"


def _record(item: Judged) -> dict[str, Any]:
    figure, interval = item.figure, item.difference
    return {
        **{name: getattr(figure, name) for name in ("measure", "perimeter", "flow", "year", "unit")},
        "verdict": item.verdict,
        "passed": item.passed,
        "stored": item.before,
        "now": item.after,
        "difference": interval.mean if interval else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "margin": item.margin,
        "paired": item.paired,
        "replications_needed": item.needed,
        "reason": item.reason,
    }


@dataclass(frozen=True)
class Stored:
    """A baseline that was stored (anew); nothing was where a run failed (``failures``)."""

    file: Path
    baseline: Baseline
    changes: tuple[Change, ...] = ()
    failures: tuple[Failure, ...] = ()

    def page(self) -> str:
        """As text."""
        base = self.baseline
        if self.failures:
            return f"{self.file} is left as it was: {len(self.failures)} of {base.replications} runs failed"
        lines = [f"{self.file}: {len(base.figures)} figures of {base.replications} replications, seed {base.seed}"]
        lines.append(_stored(base.history[-1]))
        before = {change.figure: change.before for change in self.changes}
        rows = []
        for figure in base.figures:
            was, stored = before.get(figure.label), figure.stored
            if stored is None:
                continue
            margin, least = base.margin_of(figure), resolution(figure, base.confidence)
            now = f"{_four(stored.mean)} {figure.unit}".rstrip()
            scatter = f"±{_four(least)}" + (" !" if least > margin else "  ")
            rows.append([figure.label, "" if was is None else _four(was), now, f"±{_four(margin)}", scatter])
        lines += table(["figure", "was", "is", "margin", "scatter"], rows)
        lines.append("scatter  a change that moves nothing but scatters the runs anew passes where the margin is wider")
        if any(row[-1].endswith("!") for row in rows):
            lines.append("      !  it is not: widen that margin in the file, or store more replications")
        return "\n".join(lines)

    def as_json(self) -> str:
        """One object."""
        body = {
            "updated": not self.failures,
            "file": str(self.file),
            "reason": self.baseline.history[-1].reason if self.baseline.history and not self.failures else None,
            "digest": self.baseline.digest,
            "changes": [change.model_dump() for change in self.changes],
            "failures": [f"{item.run.label}, at {item.stage}: {item.message}" for item in self.failures],
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)
