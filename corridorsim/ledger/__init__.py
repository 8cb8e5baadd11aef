"""What a run writes down: typed columns in the order of events, and their digest."""

from .columns import CAUSES, HOPS, MOVEMENT_KINDS, OPEN, TABLES, Ledger, Table

__all__ = ["CAUSES", "HOPS", "MOVEMENT_KINDS", "OPEN", "TABLES", "Ledger", "Table"]
