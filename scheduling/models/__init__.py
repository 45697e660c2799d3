from scheduling.models.availability import Schedule, ScheduleOverride, ScheduleRule
from scheduling.models.offering import Offering
from scheduling.models.session import Claim, Session

__all__ = ["Claim", "Offering", "Schedule", "ScheduleOverride", "ScheduleRule", "Session"]
