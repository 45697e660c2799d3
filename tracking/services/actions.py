"""What client and coach said they would do."""

from datetime import date, datetime

from django.db import transaction

from clients.models import Engagement
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.turns import made_just_now, take_turn
from scheduling.models import Session
from tracking.models import ActionItem
from tracking.policies.actions import check_open, check_room


@transaction.atomic
def add_action(
    *,
    engagement: Engagement,
    text: str,
    owner: str,
    due_on: date | None,
    by: Membership,
    now: datetime,
    session: Session | None = None,
) -> ActionItem:
    """Something to do, with or without a date; a second click finds it. Raises TooManyOpen."""
    take_turn(f"action:{engagement.pk}")
    same = ActionItem.objects.filter(
        engagement=engagement, session=session, text=text, owner=owner, due_on=due_on
    )
    added: ActionItem | None = made_just_now(same.open(), now=now).first()
    if added is not None:
        return added
    check_room(ActionItem.objects.filter(client_id=engagement.client_id).open().count())
    action = ActionItem.objects.create(
        client_id=engagement.client_id,
        engagement=engagement,
        session=session,
        text=text,
        owner=owner,
        due_on=due_on,
        created_at=now,
    )
    record(event="action.added", subject=action, now=now, facts={"owner": str(owner)})
    return action  # type: ignore[no-any-return]


@transaction.atomic
def edit_action(
    *,
    action: ActionItem,
    text: str,
    due_on: date | None,
    by: Membership,
    now: datetime,
    owner: str | None = None,
) -> ActionItem:
    """Other words, another date, another owner (None: the same). Raises NotOpen."""
    action = _locked(action)
    check_open(action.done_at, action.dropped_at)
    action.text, action.due_on = text, due_on
    action.owner = owner or action.owner
    action.save(update_fields=["text", "due_on", "owner"])
    record(event="action.edited", subject=action, now=now)
    return action


@transaction.atomic
def complete_action(*, action: ActionItem, by: Membership, now: datetime) -> ActionItem:
    """Done. What is done already stays as it is. Raises NotOpen for what was let go."""
    action = _locked(action)
    if action.done_at is None:
        check_open(action.done_at, action.dropped_at)
        action.done_at = now
        action.save(update_fields=["done_at"])
        record(event="action.done", subject=action, now=now)
    return action


@transaction.atomic
def drop_action(*, action: ActionItem, by: Membership, now: datetime) -> ActionItem:
    """Let it go, without blame. Raises NotOpen for what is done."""
    action = _locked(action)
    if action.dropped_at is None:
        check_open(action.done_at, action.dropped_at)
        action.dropped_at = now
        action.save(update_fields=["dropped_at"])
        record(event="action.let_go", subject=action, now=now)
    return action


@transaction.atomic
def reopen_action(*, action: ActionItem, by: Membership, now: datetime) -> ActionItem:
    """Undo: it is open again. What is open stays as it is."""
    action = _locked(action)
    if action.done_at is not None or action.dropped_at is not None:
        action.done_at = action.dropped_at = None
        action.save(update_fields=["done_at", "dropped_at"])
        record(event="action.reopened", subject=action, now=now)
    return action


def _locked(action: ActionItem) -> ActionItem:
    return ActionItem.objects.select_for_update().get(pk=action.pk)  # type: ignore[no-any-return]
