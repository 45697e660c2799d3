from programs.models.ledger import LedgerAccount, LedgerEntry
from programs.models.plan import EngagementPlan, PlannedSession
from programs.models.program import Phase, Program, ProgramVersion, SessionPlan

__all__ = [
    "EngagementPlan",
    "LedgerAccount",
    "LedgerEntry",
    "Phase",
    "PlannedSession",
    "Program",
    "ProgramVersion",
    "SessionPlan",
]
