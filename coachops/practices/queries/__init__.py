from coachops.practices.queries.assistants import assisted_coach_ids

__all__ = ["assisted_coach_ids"]
