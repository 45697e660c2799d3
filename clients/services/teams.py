"""A team as client: its record, who belongs to it, and who speaks for it."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clients.models import Client, CoachAssignment, TeamMember
from clients.queries.clients import assigned_coaches
from clients.services.assignments import begin_assignment
from clients.services.clients import new_record
from clients.services.keys import make_client_key
from clients.services.team_signing import ask_who_speaks_now, stop_asking_speaker
from clients.signals import speaker_chosen, team_joined, team_left
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.tenancy.turns import made_just_now, take_turn

MEMBERSHIP_KIND = "clients.team_membership"
NEWS_KIND = "clients.team_news"
JOINED, LEFT = "joined", "left"


class NotForATeam(Exception):
    """A team consists of people who are still clients, and nobody coaches a team they are in."""


class JoinsTooLate(Exception):
    """Nobody joins a team on a day that is still to come."""


@transaction.atomic
def add_team(
    *, name: str, time_zone: str, coach: Membership, now: datetime, employer: str = ""
) -> Client:
    """The record, its key and its first coach, with nobody in it yet; a second click finds it.

    Raises NotACoach.
    """
    take_turn(f"team:{coach.pk}")
    same = Client.objects.filter(
        kind=Client.Kind.TEAM,
        name=name.strip(),
        pk__in=CoachAssignment.objects.filter(coach=coach).values("client"),
    )
    added: Client | None = made_just_now(same, now=now).first()
    if added is not None:
        return added
    team: Client = Client.objects.create(
        kind=Client.Kind.TEAM, name=name.strip(), time_zone=time_zone, employer=employer
    )
    make_client_key(client=team)
    record(event="client.added", subject=team, now=now, facts={"kind": team.kind})
    begin_assignment(client=team, coach=coach, now=now)
    return team


@transaction.atomic
def join_team(
    *, team: Client, client: Client, now: datetime, since: date | None = None
) -> TeamMember:
    """Somebody belongs to the team, and reads what it was shared from the day `since` on.

    They are told, as are the others, and invited to what is booked. Once is enough. Raises
    NotForATeam, JoinsTooLate.
    """
    team = Client.objects.select_for_update(no_key=True).get(pk=team.pk)
    present = TeamMember.objects.present().filter(team=team, client=client).first()
    if present is not None:
        return present  # type: ignore[no-any-return]
    _check_joins(team, client, now)
    member: TeamMember = TeamMember.objects.create(
        team=team, client=client, joined_at=_moment(team, client, since, now), added_at=now
    )
    facts: dict[str, Fact] = {"client": str(client.pk), "member": str(member.pk)}
    record(event="team.joined", subject=team, now=now, facts=facts)
    _tell(member, JOINED, now)
    _tell_others(member, now)
    team_joined.send(sender=TeamMember, member=member, now=now)
    return member


@transaction.atomic
def add_to_team(
    *, team: Client, name: str, email: str, job_title: str, now: datetime, since: date | None = None
) -> TeamMember:
    """A person who is no client yet, with a record and key of their own, and no coach by that.

    Raises EmailTaken, and what join_team raises.
    """
    client = new_record(
        name=name,
        email=email,
        time_zone=team.time_zone,
        now=now,
        job_title=job_title,
        employer=team.employer,
    )
    return join_team(team=team, client=client, now=now, since=since)


@transaction.atomic
def leave_team(*, member: TeamMember, now: datetime) -> TeamMember:
    """From now on nothing new of the team's reaches them; what they were given stays theirs.

    They are told, as are the others, and their places in what is booked are given up. What waits
    for the signature of a speaker waits for the next one. Twice changes nothing.
    """
    Client.objects.select_for_update(no_key=True).get(pk=member.team_id)
    row: TeamMember = TeamMember.objects.select_related("team", "client__membership__user").get(
        pk=member.pk
    )
    if row.left_at is not None:
        return row
    row.left_at = max(now, row.joined_at)
    row.save(update_fields=["left_at"])
    facts: dict[str, Fact] = {"client": str(row.client_id), "member": str(row.pk)}
    record(event="team.left", subject=row.team, now=now, facts=facts)
    withdraw(key_prefix=f"team:{row.pk}:{JOINED}")
    _tell(row, LEFT, now)
    _tell_others(row, now)
    if row.is_speaker:
        stop_asking_speaker(team=row.team, now=now)
    team_left.send(sender=TeamMember, member=row, now=now)
    return row


@transaction.atomic
def choose_speaker(*, member: TeamMember, now: datetime) -> TeamMember:
    """They sign for the team from now on, instead of whoever did, also what is out already.

    Nobody speaks who has left.
    """
    Client.objects.select_for_update(no_key=True).get(pk=member.team_id)
    row: TeamMember = TeamMember.objects.select_related("team").get(pk=member.pk)
    if row.left_at is not None or row.is_speaker:
        return row
    before = TeamMember.objects.filter(team=row.team, is_speaker=True)
    former = before.order_by(F("left_at").desc(nulls_first=True)).first()
    TeamMember.objects.present().filter(team=row.team).update(is_speaker=False)
    row.is_speaker = True
    row.save(update_fields=["is_speaker"])
    facts: dict[str, Fact] = {"client": str(row.client_id), "member": str(row.pk)}
    record(event="team.speaker", subject=row.team, now=now, facts=facts)
    ask_who_speaks_now(team=row.team, former=former, now=now)
    speaker_chosen.send(sender=TeamMember, member=row, now=now)
    return row


def _check_joins(team: Client, client: Client, now: datetime) -> None:
    is_fit = team.is_team and not client.is_team
    if not is_fit or client.archived_at is not None or team.archived_at is not None:
        raise NotForATeam
    today = timezone.localdate(now, timezone=team.practice.zone)
    for coach in assigned_coaches(team, today):
        own = client.membership_id and client.membership.user_id == coach.user_id
        if own or coach.user.email.lower() == client.email.lower():
            raise NotForATeam


def _moment(team: Client, client: Client, since: date | None, now: datetime) -> datetime:
    """The beginning of that day in the practice, after an earlier time in the team."""
    zone = team.practice.zone
    today = timezone.localdate(now, timezone=zone)
    if since is None or since == today:
        return now
    if since > today:
        raise JoinsTooLate
    begins = datetime.combine(since, time.min, tzinfo=zone)
    earlier = TeamMember.objects.filter(team=team, client=client).order_by("-left_at").first()
    return max(begins, earlier.left_at) if earlier is not None else begins


def _tell(member: TeamMember, why: str, now: datetime) -> None:
    enqueue(
        kind=MEMBERSHIP_KIND,
        key=f"team:{member.pk}:{why}",
        due_at=now,
        subject_id=member.pk,
        payload={"why": why},
    )


def _tell_others(member: TeamMember, now: datetime) -> None:
    """Each of the others hears at the next full hour who came and who left within this one."""
    due = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    others = TeamMember.objects.present().filter(team=member.team_id).exclude(pk=member.pk)
    for other in others.order_by("pk"):
        enqueue(
            kind=NEWS_KIND,
            key=f"team:{other.pk}:news:{due.isoformat()}",
            due_at=due,
            subject_id=other.pk,
            payload={"until": due.isoformat()},
        )
