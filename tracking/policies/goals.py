"""What may happen to a goal, as plain rules."""

LOWEST, HIGHEST = 1, 10
MOST_GOALS = 20
MOST_WORDINGS = 40
LONGEST_WORDING = 500
LONGEST_REASON = 300
LONGEST_TITLE = 60

OPEN, REACHED, DROPPED = "open", "reached", "dropped"


class GoalRefused(Exception):
    """The goal does not allow this now. The message says why."""


class NotAScore(GoalRefused):
    """Scores and targets are whole numbers from 1 to 10."""


class AlreadySettled(GoalRefused):
    """The goal was reached or let go; it has to be opened again first."""


class TooMany(GoalRefused):
    """More goals, or more wordings of one, than anybody can keep in mind."""


class NoSponsor(GoalRefused):
    """The client pays: there is nobody to show the goal to."""


class NotYourWords(GoalRefused):
    """Only the client words a goal for the sponsor or an assistant."""


def check_score(score: int) -> int:
    """The score itself. Raises NotAScore."""
    if not LOWEST <= score <= HIGHEST:
        raise NotAScore(f"{score} is not between {LOWEST} and {HIGHEST}")
    return score


def check_open(state: str) -> None:
    """Raises AlreadySettled for goals that are reached or let go."""
    if state != OPEN:
        raise AlreadySettled(f"the goal is {state}")


def check_room(existing: int, most: int) -> None:
    """Raises TooMany when there is no room for another."""
    if existing >= most:
        raise TooMany(f"there are {existing} already")


def progress(first: int | None, latest: int | None, target: int) -> int | None:
    """How much of the way from the first rating to the target is done, in percent (0 to 100).

    None while nobody has rated. A goal that started at its target or above it is done while it
    stays there.
    """
    if first is None or latest is None:
        return None
    if latest >= target:
        return 100
    if target <= first:
        return 0
    return max(0, min(100, round((latest - first) * 100 / (target - first))))
