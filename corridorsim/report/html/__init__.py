"""The report in one HTML file: opens offline, asks for nothing, and says the answer first."""

from .report import Report
from .sections import SECTIONS, Context, Section, section
from .studies import NotAStudy, Study, is_study, open_study
from .tables import Column, Table

__all__ = [
    "SECTIONS",
    "Column",
    "Context",
    "NotAStudy",
    "Report",
    "Section",
    "Study",
    "Table",
    "is_study",
    "open_study",
    "section",
]
