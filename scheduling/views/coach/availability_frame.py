"""What all pages about availability share: whose it is, which schedule, and the way between."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.web.pages import render_page
from scheduling.access import coach_for_member, coaches_for_member, schedule_of_coach
from scheduling.models import Schedule
from scheduling.queries.availability import ScheduleLine, schedules_of

TABS: dict[str, str | Promise] = {
    "availability": _("Weekly hours"),
    "availability_days": _("Time off and other hours"),
    "availability_holidays": _("Public holidays"),
    "availability_travel": _("Travel"),
    "availability_why": _("Why is a time missing?"),
}

SCHEDULE_TABS = {"availability", "availability_days", "availability_holidays"}
ACTIONS = (
    "availability_off",
    "availability_forget",
    "availability_holiday_work",
    "availability_travel_cancel",
    "schedule_new",
)


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`query` leads back to this coach and schedule; empty for one's own first schedule."""

    request: PracticeRequest
    coach: Membership
    coaches: list[Membership]
    schedule: Schedule | None
    schedules: list[ScheduleLine]
    query: str
    now: datetime

    def address(self, name: str) -> str:
        """The address of one of the pages, about the same schedule."""
        return reverse(f"coach:{name}", args=[self.request.practice.slug]) + self.query

    def schedule_tabs(self, name: str) -> list[Tab]:
        """The same page about each of the coach's schedules."""
        here = reverse(f"coach:{name}", args=[self.request.practice.slug])
        whose = [("coach", str(self.coach.pk))] if self.coach != self.request.membership else []
        return [
            Tab(str(each.id), each.name, f"{here}?{urlencode([*whose, ('schedule', each.id)])}")
            for each in self.schedules
        ]

    def back_to(self, name: str) -> HttpResponse:
        return redirect(self.address(name))

    def page(
        self, name: str, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Render one of the pages with its frame."""
        whole = {
            "active": "availability",
            "frame": self,
            "coach": self.coach,
            "tabs": [Tab(key, label, self.address(key)) for key, label in TABS.items()],
            "tab": name,
            "schedule_tabs": self.schedule_tabs(name) if name in SCHEDULE_TABS else [],
            "links": {each: self.address(each) for each in ACTIONS},
            **context,
        }
        return render_page(self.request, template, whole, partials={"hours"}, status=status)


def frame_of(request: PracticeRequest) -> Frame | None:
    """The frame that the address asks for; none when there is nobody to look after.

    Raises 404 for a coach or a schedule that is not the member's to see.
    """
    coaches = coaches_for_member(request)
    if not coaches:
        return None
    coach = coach_for_member(request, request.GET.get("coach", ""))
    schedule = schedule_of_coach(coach, request.GET.get("schedule", ""))
    return framed(request, coach, schedule)


def framed(request: PracticeRequest, coach: Membership, schedule: Schedule | None) -> Frame:
    """The frame of a coach and a schedule that have been looked up already."""
    schedules = schedules_of(coach.pk)
    parts = []
    if coach != request.membership:
        parts.append(("coach", str(coach.pk)))
    if schedule is not None and schedule.pk != schedules[0].id:
        parts.append(("schedule", str(schedule.pk)))
    return Frame(
        request=request,
        coach=coach,
        coaches=coaches_for_member(request),
        schedule=schedule,
        schedules=schedules,
        query=f"?{urlencode(parts)}" if parts else "",
        now=timezone.now(),
    )


def nobody(request: PracticeRequest) -> HttpResponse:
    """The page for a member who looks after no coach's hours yet."""
    return render_page(request, "scheduling/coach/nobody.html", {"active": "availability"})
