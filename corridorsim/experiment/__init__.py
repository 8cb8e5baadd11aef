"""Plans of runs, where they run, what is kept. Knows nothing of trains: a ``reduce`` turns a ledger into figures."""

from .executors import Choice, ExecutorError, SerialExecutor, open_executor, parse_executor
from .plan import Plan, case, plan
from .progress import Ahead, Bar, Lines, Progress, Quiet, for_stderr, spoken
from .replicate import replicate
from .rerun import rerun
from .runs import Case, Failure, Interrupted, Outcome, Reduce, Run, failures, fixed_case, outcomes
from .store import Cost, Entry, Store, StoreError, sources_hash, write_whole

__all__ = [
    "Ahead",
    "Bar",
    "Case",
    "Choice",
    "Cost",
    "Entry",
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
    "failures",
    "fixed_case",
    "for_stderr",
    "open_executor",
    "outcomes",
    "parse_executor",
    "plan",
    "replicate",
    "rerun",
    "sources_hash",
    "spoken",
    "write_whole",
]
