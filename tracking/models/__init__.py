from tracking.models.actions import ActionItem
from tracking.models.goals import Goal, GoalRating, GoalWording, SponsorWording
from tracking.models.notes import PrivateNote, SessionSummary
from tracking.models.reflections import Reflection
from tracking.models.reports import ProgressReport, ReportFile

__all__ = [
    "ActionItem",
    "Goal",
    "GoalRating",
    "GoalWording",
    "PrivateNote",
    "ProgressReport",
    "Reflection",
    "ReportFile",
    "SessionSummary",
    "SponsorWording",
]
