from coachops.practices.models.links import SignedLink
from coachops.practices.models.members import AssistantAssignment, Membership
from coachops.practices.models.people import User
from coachops.practices.models.practice import Practice

__all__ = ["AssistantAssignment", "Membership", "Practice", "SignedLink", "User"]
