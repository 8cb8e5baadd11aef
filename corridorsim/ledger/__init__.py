"""What a run writes down: typed columns in the order of events, and their digest."""

from .columns import ACTIVITIES, CAUSES, HOPS, LEGS, MOVEMENT_KINDS, OPEN, TABLES, Ledger, Table

__all__ = ["ACTIVITIES", "CAUSES", "HOPS", "LEGS", "MOVEMENT_KINDS", "OPEN", "TABLES", "Ledger", "Table"]
