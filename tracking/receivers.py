"""What tracking does when the apps below it report something."""

from datetime import datetime

from clients.models import Client, Engagement, TeamMember
from coachops.practices.models import Membership
from coachops.questionnaires.models import Response
from scheduling.models import Session
from tracking.services.new_address import take_back_questionnaires
from tracking.services.preparation import tell_of_preparation
from tracking.services.questionnaire_rules import (
    ask_after_session,
    ask_at_the_end,
    stop_asking_after,
)
from tracking.services.questionnaires import close_questionnaire, reopen_questionnaire
from tracking.services.reports_moved import begin_anew
from tracking.services.reports_review import ask_new_speaker
from tracking.services.team_questionnaires import ask_newcomer, stop_asking_member


def on_address_replaced(
    sender: type[Client], *, client: Client, now: datetime, **_: object
) -> None:
    """What was out to the old address is taken back."""
    take_back_questionnaires(client=client, now=now)


def on_speaker_chosen(
    sender: type[TeamMember], *, member: TeamMember, now: datetime, **_: object
) -> None:
    """What waits for the team's word is asked of whoever speaks for it now."""
    ask_new_speaker(team=member.team, now=now)


def on_team_joined(
    sender: type[TeamMember], *, member: TeamMember, now: datetime, **_: object
) -> None:
    """What the others have not answered yet is asked of them too."""
    ask_newcomer(member=member, now=now)


def on_team_left(
    sender: type[TeamMember], *, member: TeamMember, now: datetime, **_: object
) -> None:
    """Nothing is asked of them for the team's sake any more."""
    stop_asking_member(member=member, now=now)


def on_engagement_moved(
    sender: type[Engagement],
    *,
    engagement: Engagement,
    coach: Membership,
    now: datetime,
    **_: object,
) -> None:
    """Nobody goes on with the words of another coach."""
    begin_anew(engagement=engagement, now=now)


def on_session_settled(
    sender: type[Session], *, session: Session, outcome: str, now: datetime, **_: object
) -> None:
    """A session that was held may be asked about."""
    if outcome == Session.Outcome.HELD:
        ask_after_session(session=session, now=now)
    else:
        stop_asking_after(session=session, now=now)


def on_engagement_completed(
    sender: type[Engagement], *, engagement: Engagement, now: datetime, **_: object
) -> None:
    """What is asked at the end."""
    ask_at_the_end(engagement=engagement, now=now)


def on_response_submitted(
    sender: type[Response], *, response: Response, now: datetime, **_: object
) -> None:
    """What was answered is not asked for any more, and whoever asked hears of it."""
    close_questionnaire(response=response, now=now)
    tell_of_preparation(response=response, now=now)


def on_response_taken_back(
    sender: type[Response], *, response: Response, now: datetime, **_: object
) -> None:
    """What is being changed waits again."""
    reopen_questionnaire(response=response, now=now)
