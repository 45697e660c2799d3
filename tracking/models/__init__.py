from tracking.models.actions import ActionItem
from tracking.models.file_summaries import FileConsent, FileSummary
from tracking.models.goals import Goal, GoalRating, GoalTitle, GoalWording, SponsorWording
from tracking.models.notes import PrivateNote, SessionSummary
from tracking.models.preparation import PlanPreparation, PreparationPolicy, SessionPreparation
from tracking.models.questionnaires import AskedQuestionnaire, QuestionnaireRule
from tracking.models.reflections import Reflection
from tracking.models.reports import ProgressReport, ReportFile
from tracking.models.themes import SessionTheme, Theme

__all__ = [
    "ActionItem",
    "AskedQuestionnaire",
    "FileConsent",
    "FileSummary",
    "Goal",
    "GoalRating",
    "GoalTitle",
    "GoalWording",
    "PlanPreparation",
    "PreparationPolicy",
    "PrivateNote",
    "ProgressReport",
    "QuestionnaireRule",
    "Reflection",
    "ReportFile",
    "SessionPreparation",
    "SessionSummary",
    "SessionTheme",
    "SponsorWording",
    "Theme",
]
