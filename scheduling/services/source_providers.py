"""Google and Microsoft: our desk there, and one reading of a coach's calendars."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from coachops.practices.emails import absolute
from coachops.tenancy.scope import scope, system_scope
from scheduling.calendars import fetching, providers
from scheduling.calendars.intervals import cut, merged, within
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.question import Reading
from scheduling.models import BusySource
from scheduling.services.busy_sources import guard
from scheduling.services.source_secrets import ChosenCalendar, Secrets, keep_secrets
from scheduling.services.source_tasks import Found, Task, as_chosen_meanwhile


def read_provider(task: Task) -> Found:
    """Within ten seconds and five megabytes in all, however many calls it takes."""
    desk = desk_of(task.kind, budget=fetching.Budget(fetching.Limits()))
    if desk is None:
        raise Unreadable(Problem.CONSENT_ENDED)
    secrets = task.secrets
    if secrets.code:
        token = desk.exchange(secrets.code, back_to=back_to(task.kind))
        secrets = _with_token(task, secrets, token)
    access, token = desk.renew(secrets.token)
    if token != secrets.token:
        secrets = _with_token(task, secrets, token)
    window = (task.question.start, task.question.end)
    try:
        if task.content_hash != task.day:
            secrets = replace(secrets, calendars=_listed_anew(desk, access, secrets.calendars))
        spans = desk.busy(
            access,
            window,
            counts_tentative=task.question.counts_tentative,
            calendars=_read_of(secrets),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(Problem.STRANGE_ANSWER) from error
    except Unreadable as error:
        if error.problem == Problem.NOT_FOUND:
            raise Unreadable(Problem.CALENDAR_GONE) from error
        raise
    busy = cut(merged(within(spans, window)))
    return Found(
        reading=Reading(busy=busy, events=len(spans)), secrets=secrets, content_hash=task.day
    )


def _listed_anew(
    desk: providers.Desk, access: str, known: tuple[ChosenCalendar, ...]
) -> tuple[ChosenCalendar, ...]:
    """Once a day: those there are now, each as it was chosen; new ones do not count by themselves.

    One that counts stays, whatever the list says: that it is gone is told, and frees nothing.
    """
    try:
        listed = [ChosenCalendar.of_provider(each) for each in desk.list_calendars(access)]
    except Unreadable as error:
        if error.problem == Problem.NOT_ALLOWED:
            return known
        raise
    if not known:
        return tuple(listed)
    reads = {each.address for each in known if each.reads}
    there = {each.address for each in listed}
    kept = [each for each in known if each.reads and each.address not in there]
    return (*(replace(each, reads=each.address in reads) for each in listed), *kept)


def _read_of(secrets: Secrets) -> tuple[str, ...]:
    """The main calendar, where the person agreed to that alone."""
    if not secrets.calendars:
        return (providers.MAIN,)
    return tuple(each.address for each in secrets.calendars if each.reads)


def _with_token(task: Task, secrets: Secrets, token: str) -> Secrets:
    """Kept at once: a code is good for one token, and the reading may fail all the same."""
    secrets = replace(secrets, code="", token=token)
    with scope(system_scope(task.practice_id)), transaction.atomic():
        source = BusySource.objects.select_for_update().filter(pk=task.source_id).first()
        if source is not None:
            keep_secrets(source, as_chosen_meanwhile(source, secrets, task))
            source.save(update_fields=["sealed_address", "sealed_secret", "sealed_calendars"])
    return secrets


def desk_of(name: str, *, budget: fetching.Budget | None = None) -> providers.Desk | None:
    """Our desk at a provider; None where the installation has none."""
    known = settings.CALENDAR_PROVIDERS.get(name)
    if not known or not known.get("client_id"):
        return None
    provider = providers.PROVIDERS[name]
    base = known.get("base", "")
    return providers.Desk(
        provider=provider.at(base) if base else provider,
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        guard=guard(),
        budget=budget,
    )


def back_to(name: str) -> str:
    """Where a provider sends people back to."""
    return absolute(reverse("calendar_connected", args=[name]))


def offered_providers() -> list[providers.Provider]:
    """Those where this installation has a desk."""
    return [each for name, each in providers.PROVIDERS.items() if desk_of(name) is not None]
