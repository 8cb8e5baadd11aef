"""What a person reads: the page on the terminal and the folder of results. Computes no figure."""

from .commands import command_line
from .effective import effective_csv, effective_rows, effective_text, outline, uncertain_text
from .folder import NotAResult, dumps, folder_name, schema_text
from .page import Block, Closing, scenario_page, side_by_side

__all__ = [
    "Block",
    "Closing",
    "NotAResult",
    "command_line",
    "dumps",
    "effective_csv",
    "effective_rows",
    "effective_text",
    "folder_name",
    "outline",
    "scenario_page",
    "schema_text",
    "side_by_side",
    "uncertain_text",
]
