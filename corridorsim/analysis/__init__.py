"""From ledgers to figures: volumes, days, waiting by cause, utilisation, intervals and verdicts. Draws nothing."""

from .books import Unbalanced, check_books
from .equivalence import Equivalence, equivalent, equivalent_paired
from .reduction import TABLES, reduce
from .statistics import (
    Difference,
    Interval,
    Sample,
    amount_interval,
    describe,
    holm,
    mean_interval,
    paired_difference,
    probability_interval,
    quantile_interval,
    simultaneous_differences,
    time_weighted_mean,
)
from .stopping import precision_reached, replications_needed
from .targets import SATURATING, Verdict, judge, measure
from .variance import Parts, decompose, variance_interval
from .view import PERIMETERS
from .warmup import WarmUp, mser5, warm_up

__all__ = [
    "PERIMETERS",
    "SATURATING",
    "TABLES",
    "Difference",
    "Equivalence",
    "Interval",
    "Parts",
    "Sample",
    "Unbalanced",
    "Verdict",
    "WarmUp",
    "amount_interval",
    "check_books",
    "decompose",
    "describe",
    "equivalent",
    "equivalent_paired",
    "holm",
    "judge",
    "mean_interval",
    "measure",
    "mser5",
    "paired_difference",
    "precision_reached",
    "probability_interval",
    "quantile_interval",
    "reduce",
    "replications_needed",
    "simultaneous_differences",
    "time_weighted_mean",
    "variance_interval",
    "warm_up",
]
