"""Carol's sponsored engagement with everything in it that must never reach Acme.

Each planted sentence names where it was written; what Acme may come to see is in the same words.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from clients.models import Engagement, SponsorContact
from coachops.outbox.queue import withdraw
from coachops.tenancy.scope import scope
from programs.models import LedgerEntry
from programs.services.engagements import open_engagement
from programs.services.ledger import settle
from programs.services.starter import install_starter_program
from scheduling.models import Session
from tests.again import once_then_again
from tests.cast import Cast, practice_day
from tests.tracking.factories import make_session
from tracking.models import Goal, ProgressReport
from tracking.queries.reports_draft import shown_hash
from tracking.services import reports
from tracking.services.actions import add_action
from tracking.services.goals import add_goal, revise_goal
from tracking.services.notes import save_private_note
from tracking.services.ratings import rate_goal
from tracking.services.reflections import share_reflection, write_reflection
from tracking.services.reports_issue import issue_report
from tracking.services.reports_review import release_report
from tracking.services.sponsor_wordings import show_to_sponsor
from tracking.services.summaries import share_summary

PLANTED = (
    "zebra-note",
    "zebra-summary",
    "zebra-reflection",
    "zebra-action",
    "zebra-goal",
    "zebra-rewording",
    "zebra-reason",
    "zebra-unmarked",
    "zebra-request",
)
WORDING = "Decisions without waiting"
NARRATIVE = "She leaves the Monday review to her directors."
STATEMENT = "Tell me what good looks like."
HELD_DAYS_AGO = (40, 26, 12)
SCORES = (3, 5, 6)


@dataclass(frozen=True)
class World:
    cast: Cast
    engagement: Engagement
    goal: Goal
    now: datetime

    def set_level(self, level: int | None) -> None:
        with scope(self.cast.bob.scope()):
            Engagement.objects.filter(pk=self.engagement.pk).update(disclosure_level=level)
        self.engagement.disclosure_level = level

    def share_attendance(self) -> None:
        with scope(self.cast.carol.scope()):
            Engagement.objects.filter(pk=self.engagement.pk).update(attendance_shared=True)

    def started(self) -> ProgressReport:
        with scope(self.cast.bob.scope()):
            return reports.start_report(
                engagement=self.engagement, by=self.cast.bob.membership, now=self.now
            )

    def in_review(self) -> ProgressReport:
        report = self.started()
        by = self.cast.bob.membership
        with scope(self.cast.bob.scope()):
            reports.save_narrative(report=report, text=NARRATIVE, version=1, by=by, now=self.now)
            reports.check_report(report=report, by=by, now=self.now)
            return reports.send_for_review(report=report, by=by, now=self.now)

    def released(self, **choice: object) -> ProgressReport:
        report = self.in_review()
        chosen = {"struck": [], "statement": STATEMENT, "shown": self.shown(report), **choice}
        with scope(self.cast.carol.scope()):
            return release_report(
                report=report, by=self.cast.carol.membership, now=self.now, **chosen
            )

    def shown(self, report: ProgressReport) -> str:
        """What the client's page names as read."""
        with scope(self.cast.carol.scope()):
            return shown_hash(self.reload(report))

    def issued(self, **choice: object) -> ProgressReport:
        return self.issue(self.released(**choice))

    def issue(self, report: ProgressReport) -> ProgressReport:
        with scope(self.cast.bob.scope()):
            return issue_report(report=report, by=self.cast.bob.membership, now=self.now)

    def traces_of_sessions(self) -> list[str]:
        """What would tell when Carol met Bob, and how she rated herself."""
        held = [practice_day(self.now - timedelta(days=days)) for days in HELD_DAYS_AGO]
        days = [date_format(day, form) for day in held for form in ("j M", "j F", "Y-m-d")]
        return [*days, *(f"{score} of 10" for score in SCORES), "Aim", "aim is", "rating"]

    def reload(self, report: ProgressReport) -> ProgressReport:
        with scope(self.cast.bob.scope()):
            return ProgressReport.objects.select_related("engagement", "client").get(pk=report.pk)


def build_world(cast: Cast) -> World:
    """All of it, and the hands of its clock at this moment."""
    world = once_then_again("reported", lambda: _build(cast), given=cast)
    return replace(world, now=timezone.now())


def _build(cast: Cast) -> World:
    now = timezone.now()
    began = now - timedelta(days=50)
    with scope(cast.bob.scope()):
        engagement = open_engagement(
            client=cast.carol_client,
            coach=cast.bob.membership,
            version=install_starter_program(now=began),
            starts_on=practice_day(began),
            sessions=8,
            payer=Engagement.Payer.SPONSOR,
            sponsor_organisation=cast.acme,
            contacts=SponsorContact.objects.filter(kind=SponsorContact.Kind.STAKEHOLDER),
            report_every_days=60,
            now=began,
        )
        sessions = _hold_sessions(cast, engagement, now)
    goal = _plant(cast, engagement, sessions[0], now)
    world = World(cast, engagement, goal, now)
    world.set_level(2)
    return world


def _hold_sessions(cast: Cast, engagement: Engagement, now: datetime) -> list[Session]:
    made = []
    outcomes = ("held", "no_show", "held")
    for days, outcome in zip(HELD_DAYS_AGO, outcomes, strict=True):
        session = make_session(
            cast.carol_client, engagement, cast.bob.membership, days=-days, number=len(made) + 1
        )
        Session.objects.filter(pk=session.pk).update(outcome=outcome)
        kind = LedgerEntry.Kind.CONSUME if outcome == "held" else LedgerEntry.Kind.FORFEIT
        settle(engagement_id=engagement.pk, session_id=session.pk, kind=kind, now=now)
        made.append(session)
    return made


def _plant(cast: Cast, engagement: Engagement, session: Session, now: datetime) -> Goal:
    bob, carol = cast.bob.membership, cast.carol.membership
    with scope(cast.bob.scope()):
        save_private_note(session=session, text="zebra-note", version=0, by=bob, now=now)
        share_summary(session=session, text="zebra-summary", version=0, by=bob, now=now)
        withdraw(key_prefix="summary:")  # whoever counts mail counts that of reports
        add_action(
            engagement=engagement, text="zebra-action", owner="client", due_on=None, by=bob, now=now
        )
    with scope(cast.carol.scope()):
        reflection = write_reflection(
            client=cast.carol_client, text="zebra-reflection", by=carol, now=now
        )
        share_reflection(reflection=reflection, by=carol, now=now)
        goal = add_goal(engagement=engagement, text="zebra-goal", target=8, by=carol, now=now)
        revise_goal(goal=goal, text="zebra-rewording", reason="zebra-reason", by=carol, now=now)
        show_to_sponsor(goal=goal, wording=WORDING, by=carol, now=now)
        add_goal(engagement=engagement, text="zebra-unmarked", target=9, by=carol, now=now)
        for days, score in zip(HELD_DAYS_AGO, SCORES, strict=True):
            rate_goal(
                goal=goal, score=score, rater="self", by=carol, now=now - timedelta(days=days)
            )
    return goal
