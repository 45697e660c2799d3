from coachops.retention.models.break_glass import BreakGlass, BreakGlassConsent, SecondPerson
from coachops.retention.models.erasures import Erasure, LegalHold
from coachops.retention.models.periods import RetentionPeriod, RetentionRun
from coachops.retention.models.requests import AccessRequest, NotesDecision, ReleasedNote

__all__ = [
    "AccessRequest",
    "BreakGlass",
    "BreakGlassConsent",
    "Erasure",
    "LegalHold",
    "NotesDecision",
    "ReleasedNote",
    "RetentionPeriod",
    "RetentionRun",
    "SecondPerson",
]
