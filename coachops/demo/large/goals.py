"""Two goals an engagement, in words that only the client's key opens, and how they went."""

from datetime import datetime, timedelta

from coachops.demo.large.copying import insert, insert_anybodys
from coachops.demo.large.place import Run
from coachops.demo.world import texts
from coachops.tenancy.models import uuid7
from tracking.models import Goal, GoalRating, GoalWording, SponsorWording

type Worded = tuple[Run, Goal, texts.GoalTexts]

GOALS, TARGET, WORDED_ANEW_AFTER = 2, 8, 3


def add_goals(runs: list[Run]) -> None:
    """First words, later words with their reason, a score at every other session."""
    worded = [
        (run, _goal(run, position, words), words)
        for run in runs
        for position, words in enumerate(_words(run), start=1)
    ]
    insert(Goal, [goal for _, goal, _ in worded])
    insert(GoalRating, [rating for each in worded for rating in _ratings(*each)])
    shown = [
        SponsorWording(goal=goal, text=words.sponsor, written_at=run.started + timedelta(days=14))
        for run, goal, words in worded
        if goal.marked_for_sponsor
    ]
    insert(SponsorWording, shown)
    wordings = [wording for each in worded for wording in _wordings(each)]
    insert_anybodys(GoalWording, wordings)


def _words(run: Run) -> list[texts.GoalTexts]:
    first = run.person.number + (0 if run.is_over else GOALS)
    return [texts.GOALS[(first + n) % len(texts.GOALS)] for n in range(GOALS)]


def _goal(run: Run, position: int, words: texts.GoalTexts) -> Goal:
    settled = Goal.State.REACHED if position == 1 else Goal.State.DROPPED
    return Goal(
        client=run.person.client,
        engagement=run.engagement,
        position=position,
        target=TARGET,
        state=settled if run.is_over else Goal.State.OPEN,
        marked_for_sponsor=bool(run.sponsor and words.sponsor and position == 1),
        created_at=run.started,
    )


def _ratings(run: Run, goal: Goal, words: texts.GoalTexts) -> list[GoalRating]:
    return [
        GoalRating(
            goal_id=goal.pk,
            session_id=session.pk,
            rater=GoalRating.Rater.SELF,
            score=words.scores[min(n, len(words.scores) - 1)],
            rated_at=session.ends_at,
        )
        for n, session in enumerate(run.held[::2])
    ]


def _wordings(worded: Worded) -> list[GoalWording]:
    run, _, words = worded
    first = _wording(worded, 1, words.first, "", run.started)
    held = run.held
    if len(held) <= WORDED_ANEW_AFTER:
        return [first]
    at = held[WORDED_ANEW_AFTER].ends_at
    return [first, _wording(worded, 2, words.later, words.reason, at)]


def _wording(worded: Worded, number: int, text: str, reason: str, at: datetime) -> GoalWording:
    run, goal, _ = worded
    row_id, safe = uuid7(), run.person.safe
    return GoalWording(
        id=row_id,
        goal_id=goal.pk,
        client_id=run.person.client.pk,
        number=number,
        sealed_text=safe.close(text, row_id=row_id),
        sealed_reason=safe.close(reason, row_id=row_id) if reason else None,
        author_id=run.person.member.pk,
        worded_at=at,
    )
