"""What each line of the railway carried."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ..ledger import MOVEMENT_KINDS
from .view import Rows, View, grouped, rows
from .ways import Ways

TRAFFIC = ("year", "segment", "flow", "perimeter", "trains", "net_t")


def traffic(view: View) -> Rows:
    """One row a year, segment and flow: loaded trains and their tonnes of cargo, both ways; empties are not counted.

    Trains count in the year in which they set off. A train of which no candidate path tells the way (see ``ways``) is
    in segment "".
    """
    moves, ways = view.table("movements"), Ways(view.blueprint)
    loaded = moves["kind"] == MOVEMENT_KINDS.index("loaded_train")
    months = view.month(moves["depart_s"])
    found = []
    for year in view.years:
        mine = np.flatnonzero(loaded & np.isin(months, view.months_of(year)))
        flow = view.flow_index[moves["flow"][mine]]
        lengths, length_at = np.unique(np.rint(moves["length_m"][mine]).astype(np.int64), return_inverse=True)
        keys = (flow, moves["from_place"][mine], moves["to_place"][mine], length_at.astype(np.int64))
        groups, (count, net) = grouped(keys, np.ones(len(mine)), moves["net_t"][mine])
        sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for (number, start, end, length), n, t in zip(groups, count, net, strict=True):
            way = [line.id for line in ways.of(view.name(start), view.name(end), int(lengths[length]))]
            for segment in way or [""]:
                sums[segment, number][0] += float(n)
                sums[segment, number][1] += float(t)
        flows = view.blueprint.flows
        found += [
            (year, segment, flows[number].id, flows[number].perimeter, *amounts)
            for (segment, number), amounts in sorted(sums.items())
        ]
    return rows(TRAFFIC, found)
