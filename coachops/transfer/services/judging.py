"""What becomes of one row of a sheet of clients, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import timezone

from clients.access import assignable_coaches, clients_for_member
from clients.models import Client, SponsorOrganisation
from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.transfer.policies import Fate
from coachops.transfer.policies.columns import (
    OF_ENGAGEMENT,
    Column,
    DateOrder,
    date_of,
    folded,
    payer_of,
)
from coachops.transfer.services.acting import Actor
from programs.models import ProgramVersion
from programs.policies import MOST_SESSIONS

_LENGTHS: Final = {
    Column.NAME: 120,
    Column.FAMILY_NAME: 120,
    Column.PREFERRED_NAME: 60,
    Column.PHONE: 40,
    Column.JOB_TITLE: 120,
    Column.EMPLOYER: 120,
    Column.ORGANISATION: 120,
    Column.TITLE: 120,
}
_MOST_EMAIL: Final = 254
_LIKE_A_FORMULA: Final = re.compile(
    r"^[=＝@]|^[+\-－＋](?![\d\s()/.-]+$)"  # noqa: RUF001
    r"|^#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)"
)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)

type Cells = Mapping[str, str]


@dataclass(slots=True)
class World:
    """What rows are held against: who is there, who coaches, what can be opened."""

    actor: Actor
    choices: dict[str, Any]
    coaches: dict[str, Membership]
    versions: dict[str, ProgramVersion]
    organisations: dict[str, SponsorOrganisation]
    there: dict[str, UUID]
    visible: set[UUID]
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def order(self) -> DateOrder:
        return DateOrder(self.choices.get("dates", DateOrder.ISO))

    @property
    def updates(self) -> bool:
        return self.choices.get("existing") == "update"

    @property
    def onboards_all(self) -> bool:
        """Whether engagements that began before today go through onboarding as well."""
        return self.choices.get("onboarding") == "all"


@dataclass(slots=True)
class Verdict:
    """`remarks` say by column what is wrong, or worth knowing."""

    fate: Fate
    remarks: dict[str, str] = field(default_factory=dict)
    client_id: UUID | None = None
    coach: Membership | None = None
    version: ProgramVersion | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    sessions: int | None = None
    organisation: str = ""
    time_zone: str = ""


def addresses_of(rows: Iterable[Cells]) -> list[str]:
    """In small letters, as rows are held against each other and against who is there."""
    return [cells.get(Column.EMAIL, "").lower() for cells in rows]


def look_around(actor: Actor, choices: dict[str, Any], addresses: list[str]) -> World:
    """Five queries, however long the sheet and the list of clients."""
    request = cast("PracticeRequest", actor)
    known = Client.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    there = dict(known.exclude(address="").values_list("address", "pk"))
    seen = clients_for_member(request).filter(pk__in=there.values())
    coaches = assignable_coaches(request)
    versions = ProgramVersion.objects.select_related("program").filter(
        program__archived_at=None, published_at__isnull=False
    )
    return World(
        actor=actor,
        choices=choices,
        coaches={coach.user.email.lower(): coach for coach in coaches},
        versions={folded(each.program.name): each for each in versions.order_by("number")},
        organisations={
            each.name.casefold(): each for each in SponsorOrganisation.objects.order_by("name")
        },
        there=there,
        visible=set(seen.values_list("pk", flat=True)),
    )


def judge(number: int, cells: Cells, world: World) -> Verdict:
    """The fate of one row. Rows of the same sheet are judged in their order."""
    verdict = Verdict(Fate.ADD)
    email = _judge_person(cells, verdict)
    first = world.seen.setdefault(email, number) if email else number
    if first != number:
        verdict.remarks[Column.EMAIL] = f"twice:{first}"
    if verdict.remarks:
        verdict.fate = Fate.REFUSE
        return verdict
    if email in world.there:
        return _judge_known(email, cells, world, verdict)
    _judge_coach(email, cells, world, verdict)
    _judge_zone(cells, world, verdict)
    _judge_engagement(cells, world, verdict)
    if any(not is_hint(remark) for remark in verdict.remarks.values()):
        verdict.fate = Fate.REFUSE
    return verdict


def is_hint(remark: str) -> bool:
    """Whether it only says something, and refuses nothing."""
    return remark.startswith("hint_")


def looks_like_formula(text: str) -> bool:
    """A phone number may begin with a plus; hardly anything else that a person writes does.

    What a spreadsheet program writes where a formula could not be worked out counts too.
    """
    return bool(_LIKE_A_FORMULA.match(text))


def _judge_person(cells: Cells, verdict: Verdict) -> str:
    """The address, in small letters, if it is one."""
    name, email = cells.get(Column.NAME, ""), cells.get(Column.EMAIL, "").lower()
    if not name:
        verdict.remarks[Column.NAME] = "missing"
    for column, most in _LENGTHS.items():
        text = cells.get(column, "")
        if len(text) > most:
            verdict.remarks[column] = f"long:{most}"
        elif looks_like_formula(text):
            verdict.remarks[column] = "formula"
    if not email:
        verdict.remarks[Column.EMAIL] = "missing"
    elif len(email) > _MOST_EMAIL or not _is_address(email):
        verdict.remarks[Column.EMAIL] = "no_address"
    return email


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return not looks_like_formula(email)


def _judge_known(email: str, cells: Cells, world: World, verdict: Verdict) -> Verdict:
    """Somebody who is there already: left alone, or given what the sheet knows better."""
    verdict.client_id = world.there[email]
    verdict.fate = Fate.SKIP
    if verdict.client_id not in world.visible:
        is_owner = Permission.MANAGE_PRACTICE in world.actor.permissions
        verdict.remarks[Column.EMAIL] = "hint_elsewhere" if is_owner else "hint_ask_owner"
        verdict.client_id = None
        return verdict
    verdict.remarks[Column.EMAIL] = "hint_there"
    if not world.updates:
        return verdict
    zone = _zone(cells.get(Column.TIME_ZONE, ""))
    if zone is None:
        verdict.remarks[Column.TIME_ZONE] = "no_zone"
        verdict.fate = Fate.REFUSE
        return verdict
    verdict.time_zone = zone
    verdict.fate = Fate.UPDATE
    if any(cells.get(column) for column in OF_ENGAGEMENT):
        verdict.remarks[Column.TITLE] = "hint_no_engagement"
    return verdict


def _judge_coach(email: str, cells: Cells, world: World, verdict: Verdict) -> None:
    named = cells.get(Column.COACH, "").lower()
    wanted = named or str(world.choices.get("coach", ""))
    coach = world.coaches.get(wanted)
    if coach is None:
        verdict.remarks[Column.COACH] = "no_coach" if named else "coach_missing"
    elif coach.user.email.lower() == email:
        verdict.remarks[Column.EMAIL] = "coach_themself"
    verdict.coach = coach


def _judge_zone(cells: Cells, world: World, verdict: Verdict) -> None:
    zone = _zone(cells.get(Column.TIME_ZONE, ""))
    if zone is None:
        verdict.remarks[Column.TIME_ZONE] = "no_zone"
    verdict.time_zone = zone or world.actor.practice.time_zone


@cache
def _zones() -> dict[str, str]:
    """Every zone by its name in small letters, and by its place alone ("berlin")."""
    zones = available_timezones()
    places = {zone.rpartition("/")[2].lower(): zone for zone in sorted(zones) if "/" in zone}
    return {**places, **{zone.lower(): zone for zone in zones}}


def _zone(text: str) -> str | None:
    """ "" where nothing is said; None for no zone that there is."""
    return _zones().get(text.lower().replace(" ", "_")) if text else ""


def _judge_engagement(cells: Cells, world: World, verdict: Verdict) -> None:
    named = cells.get(Column.PROGRAM, "")
    wanted = folded(named or str(world.choices.get("program", "")))
    if not wanted:
        if any(cells.get(column) for column in OF_ENGAGEMENT):
            verdict.remarks[Column.PROGRAM] = "program_missing"
        return
    verdict.version = world.versions.get(wanted)
    if verdict.version is None:
        verdict.remarks[Column.PROGRAM] = "no_program"
    _judge_dates(cells, world, verdict)
    _judge_sessions(cells, verdict)
    _judge_payer(cells, verdict)


def _judge_dates(cells: Cells, world: World, verdict: Verdict) -> None:
    for column in (Column.STARTS_ON, Column.ENDS_ON):
        text = cells.get(column, "")
        day = date_of(text, world.order) if text else None
        if text and (day is None or not _EARLIEST <= day <= _LATEST):
            verdict.remarks[column] = "no_date"
        elif column == Column.STARTS_ON:
            verdict.starts_on = day or timezone.localdate(timezone=world.actor.practice.zone)
        else:
            verdict.ends_on = day
    if verdict.starts_on and verdict.ends_on and verdict.ends_on < verdict.starts_on:
        verdict.remarks[Column.ENDS_ON] = "ends_before"


def _judge_sessions(cells: Cells, verdict: Verdict) -> None:
    text = cells.get(Column.SESSIONS, "")
    if not text:
        return
    if text.isdecimal() and 1 <= int(text[:6]) <= MOST_SESSIONS:
        verdict.sessions = int(text)
    else:
        verdict.remarks[Column.SESSIONS] = f"no_number:{MOST_SESSIONS}"


def _judge_payer(cells: Cells, verdict: Verdict) -> None:
    company, text = cells.get(Column.ORGANISATION, ""), cells.get(Column.PAYER, "")
    payer = payer_of(text) if text else ("sponsor" if company else "self")
    if payer is None:
        verdict.remarks[Column.PAYER] = "no_payer"
    elif payer == "sponsor" and not company:
        verdict.remarks[Column.ORGANISATION] = "company_missing"
    elif payer == "self" and company:
        verdict.remarks[Column.PAYER] = "company_not_paying"
    verdict.organisation = company if payer == "sponsor" else ""
