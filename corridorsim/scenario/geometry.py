"""Where lines run and land ends, for maps: GeoJSON files that the section ``geo`` names. No run looks at them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from . import roots
from .issues import Issue, Origin
from .schema import Geo
from .text import Unreadable, read_text

#: degrees: (longitude, latitude)
Point: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[Point, ...]
#: field of ``geo`` -> what its files hold
KINDS: dict[str, tuple[str, ...]] = {
    "lines": ("LineString",),
    "land": ("Polygon", "MultiPolygon"),
    "water": ("Polygon", "MultiPolygon"),
}


class _Faulty(ValueError):
    """What is wrong with one feature."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """``lines`` by the id of a leg, segment or sea link; ``land`` and ``water``: outer rings (holes are filled)."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    land: tuple[Line, ...] = ()
    water: tuple[Line, ...] = ()
    attribution: str = ""

    def __bool__(self) -> bool:
        return bool(self.lines or self.land or self.water)

    def as_geojson(self) -> str:
        """All of it as one FeatureCollection, which ``from_geojson`` reads back."""
        features = [
            _feature({"kind": "lines", "id": name}, "LineString", _rounded(line)) for name, line in self.lines.items()
        ]
        for kind, rings in (("land", self.land), ("water", self.water)):
            features += [_feature({"kind": kind}, "Polygon", [_rounded(ring)]) for ring in rings]
        whole = {"type": "FeatureCollection", "attribution": self.attribution, "features": features}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def from_geojson(text: str) -> Geometry:
    """What ``Geometry.as_geojson`` wrote. Raises ValueError of anything else."""
    whole = json.loads(text)
    found: dict[str, list[tuple[str, Line]]] = {kind: [] for kind in KINDS}
    for feature in _features(whole):
        kind = str(feature["properties"].get("kind"))
        if kind not in KINDS:
            raise ValueError("a feature without its kind")
        found[kind] += _shapes(kind, feature)
    return _made(found, str(whole.get("attribution", "")))


def read_geometry(geo: Geo, where: Callable[[str], Origin]) -> tuple[Geometry, list[Issue]]:
    """What the files of ``geo`` hold, and all that is wrong with them. ``where``: the place of a leaf by its path.

    Files are named relative to the file that names them, and must lie under its root.
    """
    issues: list[Issue] = []
    found: dict[str, list[tuple[str, Line]]] = {}
    for kind in KINDS:
        found[kind] = []
        for name in getattr(geo, kind):
            at = where(f"geo.{kind}")
            file = _file(name, at, f"geo.{kind}", issues)
            if file is not None:
                found[kind] += _read(file, kind, at, issues)
    names = [name for name, _ in found["lines"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        issues.append(Issue.at(where("geo.lines"), "geo.lines", f"there are two lines '{name}'", "ids must be unique"))
    return _made(found, geo.attribution), issues


def _made(found: Mapping[str, Sequence[tuple[str, Line]]], attribution: str) -> Geometry:
    land, water = (tuple(ring for _, ring in found[kind]) for kind in ("land", "water"))
    return Geometry(dict(found["lines"]), land, water, attribution)


def _file(name: str, at: Origin, path: str, issues: list[Issue]) -> Path | None:
    beside = Path() if at.file == "--set" else Path(at.file).parent
    file = beside / name
    try:
        inside = at.file == "--set" or roots.within(file, roots.root_of(Path(at.file)))
        exists = inside and file.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, exists = True, False
    if not inside:
        hint = f"the root is the nearest folder with a {roots.MARKER}, else the scenario's own"
        issues.append(Issue.at(at, path, f"'{name}' lies outside the scenario's root", hint))
    elif not exists:
        issues.append(
            Issue.at(at, path, f"there is no file '{name}'", "files are named relative to the one they are in")
        )
    return file if exists else None


def _read(file: Path, kind: str, at: Origin, issues: list[Issue]) -> Iterator[tuple[str, Line]]:
    shown = roots.shown(file)
    try:
        features = _features(json.loads(read_text(file, shown, at)))
    except Unreadable as error:
        issues.append(error.issue)
        return
    except json.JSONDecodeError as error:
        issues.append(Issue(shown, error.lineno, error.colno, f"geo.{kind}", f"this is not JSON: {error.msg}"))
        return
    except (ValueError, RecursionError) as error:
        issues.append(Issue(shown, 1, 1, f"geo.{kind}", f"this is not GeoJSON: {error}"))
        return
    for number, feature in enumerate(features, 1):
        try:
            yield from _shapes(kind, feature)
        except _Faulty as fault:
            issues.append(Issue(shown, 1, 1, f"geo.{kind}", f"feature {number}: {fault}"))


def _features(whole: Any) -> list[dict[str, Any]]:
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection":
        raise ValueError("a FeatureCollection is needed")
    features = whole.get("features")
    if not isinstance(features, list):
        raise ValueError("'features' must be a list")
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            raise ValueError(f"feature {number} has no geometry")
        if not isinstance(feature.get("properties"), dict):
            raise ValueError(f"feature {number} has no properties")
    return features


def _shapes(kind: str, feature: dict[str, Any]) -> list[tuple[str, Line]]:
    """A line with its id, or the outer rings of an area. Raises _Faulty."""
    geometry, name = feature["geometry"], feature["properties"].get("id")
    sort, coordinates = geometry.get("type"), geometry.get("coordinates")
    if sort not in KINDS[kind]:
        raise _Faulty(f"{kind} are of type {' or '.join(KINDS[kind])}, not {str(sort)[:40]}")
    if kind == "lines":
        if not isinstance(name, str) or not name:
            raise _Faulty("a line needs the property 'id': that of the leg, segment or sea link which it shows")
        return [(name, _line(coordinates, 2))]
    areas = [coordinates] if sort == "Polygon" else coordinates
    if not isinstance(areas, list) or not all(isinstance(area, list) and area for area in areas):
        raise _Faulty("an area is a list of rings")
    return [("", _line(area[0], 4)) for area in areas]


def _line(points: Any, least: int) -> Line:
    if not isinstance(points, list) or len(points) < least:
        raise _Faulty(f"at least {least} points are needed")
    try:
        lons, lats = [point[0] for point in points], [point[1] for point in points]
    except (TypeError, LookupError):
        raise _Faulty("a point is [longitude, latitude]") from None
    if not {*map(type, lons), *map(type, lats)} <= {int, float}:
        raise _Faulty("longitude and latitude are numbers")
    for lon, lat in ((min(lons), min(lats)), (max(lons), max(lats))):
        if not (abs(lon) <= 360 and abs(lat) <= 90):  # nan is not
            raise _Faulty(f"{lon:g} east, {lat:g} north is no place: longitude comes first, in degrees")
    return tuple(zip(map(float, lons), map(float, lats), strict=True))


def _rounded(line: Line) -> list[list[float]]:
    """To 0.001 degrees, a hundred metres."""
    return [[round(lon, 3), round(lat, 3)] for lon, lat in line]


def _feature(properties: dict[str, str], sort: str, coordinates: list[Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": sort, "coordinates": coordinates}}
