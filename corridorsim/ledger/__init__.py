"""What a run writes down: typed columns in the order of events, and their digest."""

from .columns import (
    ACTIVITIES,
    BLOCKS,
    CAUSES,
    HOPS,
    LEGS,
    MOVEMENT_KINDS,
    OPEN,
    SPELL_STATES,
    SPELLS,
    TABLES,
    Ledger,
    Table,
)

__all__ = [
    "ACTIVITIES",
    "BLOCKS",
    "CAUSES",
    "HOPS",
    "LEGS",
    "MOVEMENT_KINDS",
    "OPEN",
    "SPELLS",
    "SPELL_STATES",
    "TABLES",
    "Ledger",
    "Table",
]
