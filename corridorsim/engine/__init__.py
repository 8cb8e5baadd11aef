"""The simulation itself: one subject a file, on the kernel. SimPy lives only here.

The protocols of policies, and what a policy is asked with, are here for those who write one.
"""

from .acceptance import Gate
from .audit import BooksDoNotBalance
from .line_trial import LineLog, LineTrial, TrainKind, try_line
from .locomotives import Pool, Request, Unit
from .policies import Acceptance, Dispatch, NearAndWaiting, Offer, Routing
from .routing import Router
from .run import simulate
from .watchdog import Stalled

__all__ = [
    "Acceptance",
    "BooksDoNotBalance",
    "Dispatch",
    "Gate",
    "LineLog",
    "LineTrial",
    "NearAndWaiting",
    "Offer",
    "Pool",
    "Request",
    "Router",
    "Routing",
    "Stalled",
    "TrainKind",
    "Unit",
    "simulate",
    "try_line",
]
