"""An offering: a few answers, and the rest with sensible defaults."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import CardRadioSelect, SwitchInput
from scheduling.models import Offering

HOUR, DAY = 60, 1440
LEADS = [
    (0, _("None")),
    (HOUR, _("1 hour")),
    (2 * HOUR, _("2 hours")),
    (4 * HOUR, _("4 hours")),
    (12 * HOUR, _("12 hours")),
    (DAY, _("24 hours")),
    (2 * DAY, _("2 days")),
    (3 * DAY, _("3 days")),
    (7 * DAY, _("1 week")),
]
REMINDERS = [
    (7 * DAY, _("1 week before")),
    (2 * DAY, _("48 hours before")),
    (DAY, _("24 hours before")),
    (2 * HOUR, _("2 hours before")),
    (HOUR, _("1 hour before")),
    (30, _("30 minutes before")),
]
STEPS = [(15, _("15 minutes")), (30, _("30 minutes")), (60, _("1 hour"))]
HOLDS = [(5, _("5 minutes")), (10, _("10 minutes")), (15, _("15 minutes")), (30, _("30 minutes"))]
MOST_REMINDERS: Final = 4
MOST_LENGTHS: Final = 4
SHORTEST, LONGEST = 5, 480

type Choices = Iterable[tuple[UUID, str]]


class OfferingForm(forms.Form):
    """Field names are those of the model; `details` is what the service takes.

    `rooms`, `coaches` and `seconds` are those that can be chosen, as (id, name).
    """

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What people see when they book.")
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Offering.Kind.choices,
        initial=Offering.Kind.INDIVIDUAL,
        widget=CardRadioSelect(
            {
                Offering.Kind.INDIVIDUAL: _("Counts as one of the sessions of an engagement."),
                Offering.Kind.CHEMISTRY: _("A first talk. Counts as nothing."),
                Offering.Kind.GROUP: _("Several clients at once, with places and a waiting list."),
                Offering.Kind.THREE_WAY: _("Client, coach and sponsor find a time together."),
            }
        ),
    )
    bookers = forms.ChoiceField(
        label=_("Who may book it?"),
        choices=Offering.Bookers.choices,
        initial=Offering.Bookers.CLIENTS,
        widget=CardRadioSelect(
            {
                Offering.Bookers.CLIENTS: _("They sign in, and see how many sessions are left."),
                Offering.Bookers.ANYBODY: _("With a name and an e-mail address, from your link."),
                Offering.Bookers.SECRET: _("You make links, for one booking or for several."),
            }
        ),
    )
    duration = forms.IntegerField(
        label=_("Length in minutes"), min_value=SHORTEST, max_value=LONGEST, initial=60
    )
    place = forms.ChoiceField(
        label=_("Where?"), choices=Offering.Place.choices, initial=Offering.Place.VIDEO
    )
    place_details = forms.CharField(
        label=_("Link, number or address"),
        max_length=200,
        required=False,
        help_text=_("Your video room, the phone number, or where you meet."),
    )
    video = forms.ChoiceField(
        label=_("The link of a video call"),
        choices=Offering.Video.choices,
        required=False,
        initial=Offering.Video.FIXED,
        help_text=_("A room of its own has an address that nobody can guess."),
    )
    room = forms.TypedChoiceField(
        label=_("Which room?"), required=False, coerce=UUID, empty_value=None
    )
    schedule = forms.TypedChoiceField(label=_("During which hours?"), required=False, coerce=UUID)
    time_zone_locked = forms.BooleanField(
        label=_("Show times in your own time zone only"),
        required=False,
        widget=SwitchInput,
        help_text=_("For meetings in person: people see the clock of the place they come to."),
    )
    description = forms.CharField(
        label=_("In a sentence"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    other_durations = forms.CharField(
        label=_("Other lengths to choose from"),
        required=False,
        max_length=40,
        help_text=_("In minutes, with commas: 30, 90. Whoever books chooses one."),
    )
    step = forms.TypedChoiceField(
        label=_("Offer a start every"), choices=STEPS, coerce=int, initial=30
    )
    buffer_before = forms.IntegerField(
        label=_("Free minutes before"), min_value=0, max_value=240, initial=0
    )
    buffer_after = forms.IntegerField(
        label=_("Free minutes after"), min_value=0, max_value=240, initial=15
    )
    notice = forms.TypedChoiceField(
        label=_("Shortest notice for booking"), choices=LEADS, coerce=int, initial=DAY
    )
    horizon_days = forms.IntegerField(
        label=_("Days ahead that can be booked"), min_value=1, max_value=366, initial=60
    )
    max_per_day = forms.IntegerField(
        label=_("Most sessions in a day"), min_value=1, max_value=30, required=False
    )
    max_per_week = forms.IntegerField(
        label=_("Most sessions in a week"), min_value=1, max_value=100, required=False
    )
    needs_approval = forms.BooleanField(
        label=_("Ask me before it is booked"),
        required=False,
        widget=SwitchInput,
        help_text=_("The time is kept until you say yes or no."),
    )
    hold_minutes = forms.TypedChoiceField(
        label=_("Keep a chosen time for"),
        choices=HOLDS,
        coerce=int,
        required=False,
        empty_value=None,
        initial=10,
        help_text=_("While somebody fills in the last step, nobody else can take it."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=200,
        required=False,
        help_text=_("For group sessions."),
    )
    make_ups = forms.IntegerField(
        label=_("Missed sessions that can be made up"),
        min_value=0,
        max_value=50,
        required=False,
        help_text=_("For group sessions: how many each person may catch up on."),
    )
    change_notice = forms.TypedChoiceField(
        label=_("Free to move or cancel until"),
        choices=LEADS,
        coerce=int,
        initial=DAY,
        help_text=_("Before the session starts."),
    )
    late_cancellation_forfeits = forms.BooleanField(
        label=_("A later cancellation uses up the session"),
        required=False,
        initial=True,
        widget=SwitchInput,
    )
    follows_practice = forms.BooleanField(
        label=_("Remind as the practice does"), required=False, initial=True, widget=SwitchInput
    )
    reminders = forms.TypedMultipleChoiceField(
        label=_("Or with reminders of its own"),
        choices=REMINDERS,
        coerce=int,
        required=False,
        initial=[2 * DAY, 2 * HOUR],
        widget=forms.CheckboxSelectMultiple,
    )
    second_coach = forms.TypedChoiceField(
        label=_("Led together with"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=_("Times are offered at which both of you are open and free."),
    )
    pooling = forms.ChoiceField(
        label=_("Several coaches"),
        choices=Offering.Pooling.choices,
        required=False,
        help_text=_("For chemistry calls: everybody's free times are offered together."),
    )
    coaches = forms.TypedMultipleChoiceField(
        label=_("Who shares it?"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    MAIN = ("name", "kind", "bookers", "duration", "place", "place_details", "video", "room")
    SECTIONS = (
        (
            _("Lengths, buffers and limits"),
            (
                "schedule",
                "other_durations",
                "step",
                "buffer_before",
                "buffer_after",
                "notice",
                "horizon_days",
                "max_per_day",
                "max_per_week",
            ),
        ),
        (
            _("How it is booked"),
            (
                "description",
                "needs_approval",
                "hold_minutes",
                "time_zone_locked",
                "change_notice",
                "late_cancellation_forfeits",
            ),
        ),
        (_("Reminders"), ("follows_practice", "reminders")),
        (_("Groups"), ("capacity", "make_ups")),
        (_("More than one coach"), ("second_coach", "pooling", "coaches")),
    )

    def __init__(
        self,
        *args: Any,
        rooms: Choices = (),
        coaches: Choices = (),
        seconds: Choices = (),
        schedules: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("room", [("", _("None")), *rooms])
        self._offer("schedule", list(schedules))
        self._offer("coaches", list(coaches))
        self._offer("second_coach", [("", _("Nobody: one coach leads it")), *seconds])
        if "coaches" not in self.fields:
            del self.fields["pooling"]

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Ask only where there is something to choose."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN if name in self.fields]

    def sections(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """What is folded away: a heading, its fields, and whether one of them needs a look."""
        return [
            (heading, fields, any(field.errors for field in fields))
            for heading, names in self.SECTIONS
            if (fields := [self[name] for name in names if name in self.fields])
        ]

    def details(self) -> dict[str, Any]:
        """The answers as fields of the model."""
        answers = {**self.cleaned_data}
        if answers.pop("follows_practice"):
            answers["reminders"] = None
        answers.pop("coaches", None)
        answers.pop("second_coach", None)
        schedule = answers.pop("schedule", None)
        if schedule:
            answers["schedule_id"] = schedule
        answers["room_id"] = answers.pop("room", None) if _meets_in_room(answers) else None
        answers["video"] = answers["video"] or Offering.Video.FIXED
        answers["hold_minutes"] = answers["hold_minutes"] or 10
        answers["capacity"] = answers["capacity"] or 1
        answers["make_ups"] = answers["make_ups"] or 0
        answers.setdefault("pooling", Offering.Pooling.NONE)
        return answers

    def shared_by(self) -> list[UUID]:
        """The coaches who share it; nobody where it is one coach's alone."""
        if not self.cleaned_data.get("pooling"):
            return []
        coaches: list[UUID] = self.cleaned_data.get("coaches", [])
        return coaches

    def clean_other_durations(self) -> list[int]:
        words = self.cleaned_data["other_durations"].replace(",", " ").split()
        if not all(word.isdecimal() and SHORTEST <= int(word) <= LONGEST for word in words):
            raise forms.ValidationError(
                _("Write minutes between 5 and 480, with commas between them: 30, 90.")
            )
        lengths = sorted({int(word) for word in words} - {self.cleaned_data.get("duration")})
        if len(lengths) > MOST_LENGTHS:
            raise forms.ValidationError(_("Four other lengths are the most. Take some away."))
        return lengths

    def clean_reminders(self) -> list[int]:
        reminders: list[int] = self.cleaned_data["reminders"]
        if len(reminders) > MOST_REMINDERS:
            raise forms.ValidationError(_("Four reminders are the most. Take some away."))
        return sorted(reminders, reverse=True)

    def clean(self) -> dict[str, Any]:
        self._clean_place()
        kind = self.cleaned_data.get("kind")
        if kind == Offering.Kind.GROUP and (self.cleaned_data.get("capacity") or 1) < 2:
            self.add_error("capacity", _("A group has at least two places."))
        if kind != Offering.Kind.GROUP:
            self.cleaned_data["capacity"] = 1
        if self.cleaned_data.get("pooling"):
            self._clean_pool()
        if self.cleaned_data.get("second_coach"):
            self._clean_second()
        return self.cleaned_data

    def _clean_place(self) -> None:
        place, video = self.cleaned_data.get("place"), self.cleaned_data.get("video")
        details, room = self.cleaned_data.get("place_details", ""), self.cleaned_data.get("room")
        if place == Offering.Place.VIDEO and details.startswith("http:"):
            self.add_error("place_details", _("Use the address that starts with https://."))
        if place == Offering.Place.VIDEO and video == Offering.Video.ROOM and not room:
            self.add_error(
                "video" if "room" not in self.fields else "room",
                _("Choose the room. There are none yet? Add one on the page of rooms first."),
            )
        if place == Offering.Place.ADDRESS and not details and not room:
            self.add_error("place_details", _("Write the address, so that people find you."))

    def _clean_second(self) -> None:
        if self.cleaned_data.get("pooling"):
            self.add_error(
                "second_coach",
                _("Coaches who share an offering lead it alone. Choose one or the other."),
            )
        elif self.cleaned_data.get("kind") == Offering.Kind.CHEMISTRY:
            self.add_error(
                "second_coach", _("A chemistry call is with one coach. Choose nobody here.")
            )

    def _clean_pool(self) -> None:
        if self.cleaned_data.get("kind") != Offering.Kind.CHEMISTRY:
            self.add_error("pooling", _("Only chemistry calls are shared; a client has one coach."))
        if len(self.cleaned_data.get("coaches", [])) < 2:
            self.add_error("coaches", _("Choose at least two coaches, or one coach above."))


def _meets_in_room(answers: dict[str, Any]) -> bool:
    place, video = answers["place"], answers["video"]
    in_video_room = place == Offering.Place.VIDEO and video == Offering.Video.ROOM
    return bool(place == Offering.Place.ADDRESS or in_video_room)


def initial_of(offering: Offering, coaches: Iterable[UUID] = ()) -> dict[str, Any]:
    """The stored answers of an offering."""
    names = [
        *OfferingForm.MAIN,
        *(name for _heading, part in OfferingForm.SECTIONS for name in part),
    ]
    own = {"follows_practice", "coaches", "room", "schedule", "second_coach"}
    found = {name: getattr(offering, name) for name in names if name not in own}
    return {
        **found,
        "other_durations": ", ".join(str(each) for each in offering.other_durations),
        "room": offering.room_id,
        "schedule": offering.schedule_id,
        "coaches": list(coaches),
        "second_coach": offering.second_coach_id,
        "follows_practice": offering.reminders is None,
        "reminders": offering.reminders or [],
    }
