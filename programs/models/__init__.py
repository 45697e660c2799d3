from programs.models.checklist import ChecklistItem, HealthThresholds
from programs.models.ledger import LedgerAccount, LedgerEntry
from programs.models.plan import EngagementPlan, PlannedSession
from programs.models.program import Phase, Program, ProgramVersion, SessionPlan

__all__ = [
    "ChecklistItem",
    "EngagementPlan",
    "HealthThresholds",
    "LedgerAccount",
    "LedgerEntry",
    "Phase",
    "PlannedSession",
    "Program",
    "ProgramVersion",
    "SessionPlan",
]
