"""Fixed examples for the components page: every part once, with people who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web import charts
from coachops.web.navigation import NavigationItem
from coachops.web.widgets import CardRadioSelect, CodeInput, SwitchInput, TimeZoneSelect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

ZONES = ("", "Europe/Oslo", "Europe/London", "America/New_York", "Asia/Tokyo")
HELD = [
    charts.Column("Aug", (9, 1, 0)),
    charts.Column("Sep", (14, 2, 1)),
    charts.Column("Oct", (18, 1, 2)),
    charts.Column("Nov", (12, 3, 0)),
]
GAINS = [
    charts.Comparison("Decides without me", 3, 7),
    charts.Comparison("Speaks up early", 5, 4.5),
    charts.Comparison("Evenings are mine", 4, None),
]
LEVELS = {
    "0": _("Who is coached, dates of the program, sessions used and left."),
    "1": _("Also how far along the goals are that you marked."),
    "2": _("Also the goals in the words you wrote for your sponsor."),
}


class ShowcaseForm(forms.Form):
    """Every kind of field."""

    name = forms.CharField(label=_("Name"), initial="Grete Lindahl")
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The invitation goes here. Nothing else does.")
    )
    program = forms.ChoiceField(
        label=_("Program"), choices=[("leader", "People leader"), ("first", "First 180 days")]
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone or "…") for zone in ZONES],
        widget=TimeZoneSelect,
        required=False,
    )
    starts_on = forms.DateField(label=_("First day"), initial=date(2026, 11, 17))
    at = forms.TimeField(label=_("Time"), required=False)
    code = forms.CharField(label=_("Code from your mail"), widget=CodeInput)
    words = forms.CharField(
        label=_("What would make it worth your time?"), widget=forms.Textarea({"rows": 3})
    )
    agreement = forms.FileField(
        label=_("Agreement"), help_text=_("PDF, at most 10 MB."), required=False
    )
    level = forms.ChoiceField(
        label=_("What your sponsor sees"),
        choices=[("0", _("For invoicing")), ("1", _("Progress")), ("2", _("Goals"))],
        widget=CardRadioSelect(LEVELS),
        initial="1",
    )
    days = forms.MultipleChoiceField(
        label=_("Days that suit"),
        choices=[("mon", _("Monday")), ("wed", _("Wednesday")), ("fri", _("Friday"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remind = forms.BooleanField(
        label=_("Remind me a day before"), widget=SwitchInput, required=False, initial=True
    )
    agree = forms.BooleanField(label=_("I have read the agreement"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline component."""

    at: datetime
    when: str
    title: StrOrPromise
    text: StrOrPromise = ""
    state: str = ""
    vis: str = ""
    vis_text: str = ""


def showcase() -> Mapping[str, Any]:
    """All that templates/components/showcase.html needs. No database, no clock."""
    return {
        "form": _answered_form(),
        "tabs": [
            NavigationItem("overview", _("Overview"), "#tabs", "house"),
            NavigationItem("goals", _("Goals"), "#tabs", "target", 3),
            NavigationItem("sessions", _("Sessions"), "#tabs", "calendar-days", 12),
        ],
        "actions": [
            NavigationItem("copy", _("Duplicate"), "#menus", "copy"),
            NavigationItem("export", _("Export"), "#menus", "download"),
        ],
        "entries": _entries(),
        "arc": charts.arc(_sessions(), _phases()),
        "arc_narrow": charts.arc(_sessions(), _phases(), frame=charts.ARC_NARROW),
        "thread": charts.arc(_sessions(), frame=charts.ARC_THREAD),
        "spark": charts.spark([3, 4, 4, 6, None, 7]),
        "line": _line(charts.LINE_WIDE),
        "line_narrow": _line(charts.LINE_NARROW),
        "evolve": charts.evolve([3, 3, 5, 6, 7], ["Aug", "", "", "", "Nov"], 8),
        "columns": charts.columns(HELD, ticks=(0, 10, 20)),
        "columns_narrow": charts.columns(HELD, ticks=(0, 10, 20), frame=charts.COLUMNS_NARROW),
        "dumbbell": charts.dumbbell(GAINS),
        "dumbbell_narrow": charts.dumbbell(GAINS, frame=charts.DUMBBELL_NARROW),
    }


def _line(frame: charts.Frame) -> charts.Line:
    return charts.line(
        [12, 14, 11, 18, 21, 20],
        ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"],
        axis=charts.Scale(0, 24, (0, 12, 24)),
        context=[10, 11, 12, 12, 14, 15],
        frame=frame,
    )


def _answered_form() -> ShowcaseForm:
    """Half filled in, so that hints, values and errors all show."""
    form = ShowcaseForm(
        {
            "name": "Grete Lindahl",
            "email": "grete@lumen",
            "program": "leader",
            "starts_on": "2026-11-17",
            "code": "402917",
            "words": "",
            "level": "1",
            "days": ["mon"],
            "remind": "on",
            "agree": "on",
        }
    )
    form.is_valid()
    return form


def _phases() -> list[charts.ArcPhase]:
    return [
        charts.ArcPhase("Arrive", 3),
        charts.ArcPhase("Practise", 5),
        charts.ArcPhase("Own it", 4),
    ]


def _sessions() -> list[charts.ArcSession]:
    held = [("25 Aug", 4), ("8 Sep", 5), ("22 Sep", 4), ("6 Oct", 6), ("20 Oct", 5), ("3 Nov", 7)]
    days = ["1 Dec", "15 Dec", "5 Jan", "19 Jan", "2 Feb"]
    return [
        *(charts.ArcSession(day, "done", rating) for day, rating in held),
        charts.ArcSession("17 Nov", "next", flag="Today"),
        *(charts.ArcSession(day, "planned") for day in days),
    ]


def _entries() -> list[Entry]:
    return [
        Entry(
            datetime(2026, 11, 17, 9, 30, tzinfo=UTC),
            "Today",
            _("Session 7"),
            _("By video, 10:30 to 11:30."),
            "now",
        ),
        Entry(
            datetime(2026, 11, 14, 18, 0, tzinfo=UTC),
            "14 Nov",
            _("Reflection shared"),
            state="done",
            vis="client",
            vis_text="You and Grete",
        ),
        Entry(
            datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
            "3 Nov",
            _("Session 6 held"),
            _("Summary shared, two actions agreed."),
            "done",
        ),
    ]
