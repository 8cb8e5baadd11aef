"""What a person reads: the page on the terminal and the folder of results. Computes no figure."""

from .effective import effective_csv, effective_rows, effective_text, outline
from .folder import NotAResult, dumps, folder_name, schema_text
from .page import Block, Change, Closing, comparison_page, scenario_page, side_by_side

__all__ = [
    "Block",
    "Change",
    "Closing",
    "NotAResult",
    "comparison_page",
    "dumps",
    "effective_csv",
    "effective_rows",
    "effective_text",
    "folder_name",
    "outline",
    "scenario_page",
    "schema_text",
    "side_by_side",
]
