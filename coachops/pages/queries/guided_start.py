"""How far a new practice has come on the way to its first booked session."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership, Practice
from scheduling.models import Offering, ScheduleRule, Session


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guided start. `state` is done, now or later."""

    key: str
    title: Promise
    text: Promise
    action: Promise
    url: str
    state: str


@dataclass(frozen=True, slots=True)
class GuidedStart:
    """The steps with their states, and the address to share once something can be booked."""

    steps: tuple[Step, ...]
    booking_url: str
    offering_name: str
    done: int

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)


def guided_start(practice: Practice, member: Membership) -> GuidedStart:
    """Read from what is there, so that no step has to be ticked off by hand."""
    has_hours = ScheduleRule.objects.filter(schedule__coach=member).exists()
    offerings = Offering.objects.bookable().filter(coach=member)
    # Something that anybody can book is worth sharing before what only clients can.
    offering = offerings.order_by("bookers", "created_at").first()
    shared = Session.objects.filter(offering=offering).exists() if offering else False
    booking_url = _booking_url(practice, offering)
    facts = (
        (
            "availability",
            _("When do you coach?"),
            _("Your weekly hours in your own time zone. Days that differ come later."),
            _("Set your hours"),
            _coach_url("availability", practice),
            has_hours,
        ),
        (
            "offering",
            _("What can people book?"),
            _("A first conversation or a coaching session: how long, how far ahead, where."),
            _("Describe an offering"),
            _coach_url("offering_new", practice),
            offering is not None,
        ),
        (
            "share",
            _("Share the link"),
            _("Whoever opens it sees your free hours and books one. Try it yourself first."),
            _("Open the booking page"),
            booking_url,
            shared,
        ),
    )
    return _gathered(facts, booking_url, offering)


type _Facts = tuple[str, Promise, Promise, Promise, str, bool]


def _gathered(
    facts: tuple[_Facts, ...], booking_url: str, offering: Offering | None
) -> GuidedStart:
    waiting = [key for key, *_rest, is_done in facts if not is_done]
    steps = tuple(
        Step(key, title, text, action, url, _state(key, waiting))
        for key, title, text, action, url, _is_done in facts
    )
    return GuidedStart(
        steps=steps,
        booking_url=booking_url,
        offering_name=offering.name if offering else "",
        done=len(steps) - len(waiting),
    )


def _state(key: str, waiting: list[str]) -> str:
    if key not in waiting:
        return "done"
    return "now" if key == waiting[0] else "later"


def _coach_url(name: str, practice: Practice) -> str:
    try:
        return reverse(f"coach:{name}", args=[practice.slug])
    except NoReverseMatch:
        return ""


def _booking_url(practice: Practice, offering: Offering | None) -> str:
    """The full public address; empty until something can be booked by anybody."""
    if offering is None or offering.bookers != Offering.Bookers.ANYBODY:
        return ""
    try:
        path = reverse("book", kwargs={"practice": practice.slug, "offering": offering.slug})
    except NoReverseMatch:
        return ""
    return f"{settings.BASE_URL}{path}"
