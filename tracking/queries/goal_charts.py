"""The line of one goal's ratings over time."""

from django.utils import formats, timezone

from coachops.web import charts
from tracking.models import GoalRating
from tracking.queries.goals import GoalCourse

MOST_POINTS = 40


def course_chart(goal: GoalCourse) -> charts.Line:
    """The client's own ratings as the line, the coach's as the dotted one, the target as the aim.

    Both stand on the dates on which either rated; the first and the last date are named.
    """
    shown = [rating for rating in goal.ratings if rating.rater != GoalRating.Rater.MANAGER]
    days = sorted({timezone.localtime(rating.rated_at).date() for rating in shown})[-MOST_POINTS:]
    own: dict[object, float] = {}
    coach: dict[object, float] = {}
    for rating in shown:
        line = own if rating.rater == GoalRating.Rater.SELF else coach
        line[timezone.localtime(rating.rated_at).date()] = rating.score
    labels = ["" for _ in days]
    if days:
        labels[0] = formats.date_format(days[0], "j M")
        labels[-1] = formats.date_format(days[-1], "j M")
    return charts.evolve([own.get(day) for day in days], labels, goal.target)
