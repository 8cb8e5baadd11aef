"""Plans of runs, where they run, what is kept. Knows nothing of trains: a ``reduce`` turns a ledger into figures."""

from .executors import ExecutorError, SerialExecutor, open_executor, parse_executor
from .plan import SATURATING_LAYER, Plan, case, plan
from .progress import Bar, Lines, Progress, Quiet, for_stderr
from .replicate import Case, Failure, Interrupted, Outcome, Reduce, Run, replicate
from .store import Store, StoreError, sources_hash, write_whole

__all__ = [
    "SATURATING_LAYER",
    "Bar",
    "Case",
    "ExecutorError",
    "Failure",
    "Interrupted",
    "Lines",
    "Outcome",
    "Plan",
    "Progress",
    "Quiet",
    "Reduce",
    "Run",
    "SerialExecutor",
    "Store",
    "StoreError",
    "case",
    "for_stderr",
    "open_executor",
    "parse_executor",
    "plan",
    "replicate",
    "sources_hash",
    "write_whole",
]
