"""What a brief for the next coach may be made of: what coach and client share, no private note."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, Engagement
from clients.queries.safes import Safe
from coachops.tenancy.scope import confidential
from scheduling.models import AgreedPoint
from tracking.queries.actions import open_actions
from tracking.queries.file_summaries import file_entries
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.summaries import Summary, shared_summaries

MOST_SUMMARIES: Final = 12
MOST_FOR_THE_FILE: Final = 6
MOST_POINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that can be taken over. `key` names it in the form."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockGroup:
    title: str
    blocks: tuple[Block, ...]


def blocks_for_brief(client: Client, safe: Safe, *, today: date) -> tuple[BlockGroup, ...]:
    """Only what the acting coach reads, and the client too. Five queries."""
    with confidential():
        goals = read_goals(safe, client.pk)
    groups = (
        (_("Goals"), map(_of_goal, goals)),
        (
            _("Session summaries"),
            map(_of_summary, shared_summaries(client.pk, limit=MOST_SUMMARIES)),
        ),
        (_("Still to be done"), _of_actions(client, today)),
        (_("Agreed with the company"), _of_points(client)),
        (_("For the file"), _of_file(client)),
    )
    made = (BlockGroup(title, tuple(blocks)) for title, blocks in groups)
    return tuple(group for group in made if group.blocks)


def taken_over(groups: Iterable[BlockGroup], keys: Iterable[str]) -> str:
    """The text of the chosen blocks, a blank line between them."""
    wanted = frozenset(keys)
    chosen = (block.text for group in groups for block in group.blocks if block.key in wanted)
    return "\n\n".join(chosen)


def _of_goal(goal: GoalCourse) -> Block:
    lines = [_("Goal: %(words)s") % {"words": goal.current.text}]
    if goal.is_revised:
        lines.append(_("First said: %(words)s") % {"words": goal.first.text})
    if goal.latest_score is not None:
        lines.append(
            _("%(score)s of 10 now, wanted %(target)s.")
            % {"score": goal.latest_score, "target": goal.target}
        )
    return Block(f"goal-{goal.id}", goal.current.text, "\n".join(lines))


def _of_summary(summary: Summary) -> Block:
    day = date_format(timezone.localtime(summary.session_starts_at), "j F Y")
    label = f"{day}: {summary.first_lines}"
    heading = _("From the session of %(day)s:") % {"day": day}
    return Block(f"summary-{summary.session_id}", label, f"{heading}\n{summary.text.strip()}")


def _of_actions(client: Client, today: date) -> Iterator[Block]:
    for action in open_actions(client.pk, today=today):
        words = {"what": action.text}
        yield Block(f"action-{action.id}", action.text, _("To be done: %(what)s") % words)


def _of_points(client: Client) -> Iterator[Block]:
    running = Engagement.objects.filter(client=client).values("pk")
    rows = AgreedPoint.objects.filter(session__engagement__in=running)
    for point in rows.order_by("-added_at", "-id")[:MOST_POINTS]:
        words = {"what": point.text}
        yield Block(f"point-{point.pk}", point.text, _("Agreed: %(what)s") % words)


def _of_file(client: Client) -> Iterator[Block]:
    for entry in file_entries(client.pk, limit=MOST_FOR_THE_FILE):
        day = date_format(timezone.localtime(entry.session_starts_at), "j F Y")
        text = entry.text.strip()
        yield Block(f"file-{entry.id}", f"{day}: {text[:200]}", text)
