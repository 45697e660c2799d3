"""Databases in use: the demo world beside practices with many clients, and the large world."""

import os
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from coachops.demo.large.building import analyse, build_large, build_practice
from coachops.demo.large.sizes import SMALL, Blueprint, Rhythm, Size
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.northlight import build_demo
from coachops.practices.models import Membership, User
from coachops.practices.roles import Audience
from coachops.tenancy.scope import Scope, scope, system_scope

__all__ = ["FULL", "analyse", "coach_of_full", "fill", "fill_large", "member_of", "newest"]

FULL = "measured-full"
PRACTICES = 30
# How many stand beside the large one.
OTHERS = int(os.environ.get("BENCH_OTHERS", "1000"))
HALF_HOURS = tuple(time(8 + each // 2, each % 2 * 30) for each in range(20))
# One coach, a hundred clients, all of them every week and with a report to write.
CROWDED = Size(clients=100, rhythm=Rhythm(1, HALF_HOURS, 30), sponsored_of_ten=10)


def fill() -> None:
    """Once in a database; a second call finds it done."""
    if User.objects.filter(email=BY_HANDLE["maya"].email).exists():
        return
    now = timezone.now()
    build_demo(now, lambda _text: None)
    for number in range(PRACTICES):
        build_practice(Blueprint(f"measured-{number}", number, SMALL), now)
    build_practice(Blueprint(FULL, PRACTICES, CROWDED), now)


def fill_large() -> None:
    """The practice of 2,000 clients among a thousand; a second call finds it done."""
    build_large(OTHERS, timezone.now(), lambda _text: None, workers=2)
    analyse(os.environ["DATABASE_OWNER_URL"])


def coach_of_full() -> User:
    return User.objects.get(email=f"coach@{FULL}.example")


def member_of(handle: str) -> Membership:
    """The demo person's membership at the door that `PEOPLE` names."""
    person = BY_HANDLE[handle]
    audience = {"coach": Audience.STAFF, "portal": Audience.CLIENT, "sponsor": Audience.SPONSOR}
    user = User.objects.get(email=person.email)
    with scope(Scope(user_id=user.pk)), transaction.atomic():
        return Membership.objects.select_related("practice").get(
            user=user, practice__slug=person.practice, audience=audience[person.tree]
        )


def newest[M](model: type[M], member: Membership, **conditions: Any) -> M:
    """The newest row of the member's practice that meets the conditions."""
    with scope(system_scope(member.practice_id)), transaction.atomic():
        found: M | None = model.objects.filter(**conditions).order_by("-pk").first()  # type: ignore[attr-defined]
    if found is None:
        raise LookupError(f"no {model.__name__} in the demo world for {conditions}")
    return found
