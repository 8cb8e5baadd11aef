"""From a ledger of millions of rows to a few small tables: what ``experiment`` calls where the run happened."""

from __future__ import annotations

from typing import Any

from ..ledger import Ledger
from ..model.blueprint import Blueprint
from .blame import blame
from .books import Unbalanced, check_books
from .service import queues
from .traffic import traffic
from .view import View
from .volumes import Volumes
from .waiting import stocks, utilisation, waiting, waiting_months
from .warmup import system
from .work import work


def reduce(blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
    """The tables of one run, its digest and its counters, as JSON can hold them.

    ``tables``: those of ``TABLES``; each column -> values (see ``volumes``, ``waiting``, ``warmup``, ``work``,
    ``blame``, ``traffic`` and ``service`` for what they hold). Raises Unbalanced where the books of the run do not
    balance.
    """
    violations = check_books(blueprint, ledger)
    if violations:
        raise Unbalanced("the books do not balance: " + "; ".join(violations))
    view = View(blueprint, ledger)
    volumes = Volumes(view)
    return {
        "digest": ledger.digest(),
        "counters": {name: float(count) for name, count in ledger.counters.items()},
        "tables": {
            "years": volumes.years(),
            "months": volumes.months(),
            "flows": volumes.flows(),
            "refused": volumes.refusals(),
            "trains": volumes.trains(),
            "waiting": waiting(view),
            "utilisation": utilisation(view),
            "stocks": stocks(view),
            "system": system(view),
            "work": work(view),
            "waiting_months": waiting_months(view),
            "blame": blame(view),
            "traffic": traffic(view),
            "queues": queues(view),
        },
    }


#: tables of ``reduce``, in the order in which they are shown
TABLES = (
    "years", "months", "flows", "refused", "trains", "waiting", "utilisation", "stocks", "system", "work",
    "waiting_months", "blame", "traffic", "queues",
)  # fmt: skip
