"""From ledgers to figures: volumes, days, waiting by cause, utilisation, intervals and verdicts. Draws nothing."""

from .books import Unbalanced, check_books
from .reduction import TABLES, reduce
from .statistics import Difference, Interval, mean_interval, paired_difference, probability_interval
from .targets import SATURATING, Verdict, judge, measure
from .view import PERIMETERS

__all__ = [
    "PERIMETERS",
    "SATURATING",
    "TABLES",
    "Difference",
    "Interval",
    "Unbalanced",
    "Verdict",
    "check_books",
    "judge",
    "mean_interval",
    "measure",
    "paired_difference",
    "probability_interval",
    "reduce",
]
