"""What a run writes down: typed columns in the order of events, and their digest."""

from .columns import (
    ACTIVITIES,
    BLOCKS,
    CAUSES,
    HOPS,
    LEGS,
    MOVEMENT_KINDS,
    OPEN,
    QUEUES,
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
    "QUEUES",
    "SPELLS",
    "SPELL_STATES",
    "TABLES",
    "Ledger",
    "Table",
]
