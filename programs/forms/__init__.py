"""What may be typed about programs and engagements; see the modules."""

from programs.forms.checklists import ChecklistForms, LimitsForm
from programs.forms.engagements import (
    NEW,
    STARTER,
    AllotForm,
    Choices,
    EngagementForm,
    ProgramChoice,
)

__all__ = [
    "NEW",
    "STARTER",
    "AllotForm",
    "ChecklistForms",
    "Choices",
    "EngagementForm",
    "LimitsForm",
    "ProgramChoice",
]
