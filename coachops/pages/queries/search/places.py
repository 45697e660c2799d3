"""Where one can go and what one can do: pages and verbs, from what the role opens. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coachops.pages.queries.search.matching import BEGINS, Wanted, fold
from coachops.pages.queries.search.results import MOST_OF_A_KIND, Hit, Searcher
from coachops.practices.roles import Permission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_VERBS, MOST_FOR_ONE = 6, 3


@dataclass(frozen=True, slots=True)
class Verb:
    """Something to do. `also` are words people type for it beside those of its label.

    With `for_client` it is done for somebody (`%(name)s`), at an address that names them; without
    `url_name` it is only that. `needs_content`: for those who coach the client.
    """

    label: StrOrPromise
    also: StrOrPromise
    symbol: str
    permission: Permission
    url_name: str = ""
    for_client: StrOrPromise = ""
    client_url_name: str = ""
    needs_content: bool = False
    is_for_teams: bool = True


VERBS = (
    Verb(
        _("Book a session"),
        _("schedule appointment meeting plan"),
        "calendar-plus",
        Permission.MANAGE_SCHEDULING,
        "coach:clients",
        _("Book a session for %(name)s"),
        "coach:book_for_client",
    ),
    Verb(
        _("New client"),
        _("add create person coachee"),
        "user-round-plus",
        Permission.MANAGE_CLIENTS,
        "coach:client_new",
    ),
    Verb(
        _("See what waits"),
        _("desk chase remind send prepare arrange unsigned"),
        "list-todo",
        Permission.MANAGE_CLIENTS,
        "coach:desk",
    ),
    Verb(
        _("Write a report"),
        _("progress sponsor prepare letter"),
        "file-text",
        Permission.PREPARE_REPORTS,
        "coach:reports",
    ),
    Verb(
        _("Agree on an action"),
        _("action item task commitment"),
        "list-checks",
        Permission.COACH_CLIENTS,
        for_client=_("Agree on an action with %(name)s"),
        client_url_name="coach:actions",
        needs_content=True,
    ),
    Verb(
        _("Set a goal"),
        _("goal rating objective"),
        "target",
        Permission.COACH_CLIENTS,
        for_client=_("Goals of %(name)s"),
        client_url_name="coach:goals",
        needs_content=True,
    ),
    Verb(
        _("See what returns"),
        _("patterns themes words"),
        "repeat",
        Permission.COACH_CLIENTS,
        for_client=_("What returns with %(name)s"),
        client_url_name="coach:patterns",
        needs_content=True,
    ),
    Verb(
        _("Plan a series"),
        _("book several regular weekly"),
        "calendar-range",
        Permission.MANAGE_SCHEDULING,
        for_client=_("Plan a series with %(name)s"),
        client_url_name="coach:series_new",
        is_for_teams=False,
    ),
    Verb(
        _("Edit details"),
        _("change address mail phone"),
        "pencil",
        Permission.MANAGE_CLIENTS,
        for_client=_("Edit the details of %(name)s"),
        client_url_name="coach:client_edit",
    ),
    Verb(
        _("Take time off"),
        _("block holiday away vacation"),
        "calendar-off",
        Permission.MANAGE_SCHEDULING,
        "coach:availability_days",
    ),
    Verb(
        _("Say how sessions went"),
        _("confirm outcome attendance held"),
        "calendar-check",
        Permission.MANAGE_SCHEDULING,
        "coach:unconfirmed",
    ),
    Verb(
        _("New group session"),
        _("add create workshop"),
        "users",
        Permission.MANAGE_SCHEDULING,
        "coach:group_new",
    ),
    Verb(
        _("New cohort"),
        _("add create group programme"),
        "users-round",
        Permission.MANAGE_SCHEDULING,
        "coach:cohort_new",
    ),
    Verb(
        _("New company"),
        _("add create sponsor organisation"),
        "building-2",
        Permission.MANAGE_CLIENTS,
        "coach:sponsor_organisation_new",
    ),
    Verb(
        _("New offering"),
        _("add create session type booking page"),
        "ticket",
        Permission.MANAGE_SCHEDULING,
        "coach:offering_new",
    ),
    Verb(
        _("Invite a member"),
        _("add new coach assistant colleague"),
        "user-cog",
        Permission.MANAGE_MEMBERS,
        "coach:member_invite",
    ),
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A client who may be meant. `is_coached`: their content is open to who asks."""

    id: UUID
    name: str
    is_coached: bool
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """Verbs of which words were typed, best first, and the words that are left for a name."""

    verbs: tuple[Verb, ...]
    rest: Wanted


def meant_by(wanted: Wanted, searcher: Searcher) -> Meant:
    """`book leyla` is a verb and a name. The words of a verb are those that begin one of its own;
    little ones between them (`a`, `for`) are neither."""
    best: list[tuple[int, int, Verb]] = []
    used: set[str] = set()
    for place, (verb, own) in enumerate(zip(VERBS, _own_words(get_language()), strict=True)):
        named = _named(wanted, own)
        if named and searcher.may(verb.permission):
            best.append((-len(named), place, verb))
            used |= named
    most = min((each[0] for each in best), default=0)
    verbs = tuple(verb for count, _place, verb in sorted(best) if count == most)
    return Meant(verbs, wanted.without(used | _LITTLE))


# Words between a verb and a name, in the languages pages are written in.
_LITTLE = frozenset({"a", "an", "the", "for", "with", "of", "to", "on"})


def _open(searcher: Searcher) -> Iterable[Verb]:
    return (verb for verb in VERBS if searcher.may(verb.permission))


@lru_cache
def _own_words(_language: str | None) -> tuple[frozenset[str], ...]:
    """Those of each verb, in the language that is spoken; put together once."""
    labels = (f"{verb.label} {verb.for_client} {verb.also}" for verb in VERBS)
    return tuple(frozenset(fold(label).split()) - _LITTLE for label in labels)


def _named(wanted: Wanted, own: frozenset[str]) -> set[str]:
    return {word for word in wanted.words if any(_is_word(word, each) for each in own)}


def _is_word(typed: str, own: str) -> bool:
    return own.startswith(typed) and len(typed) > 1


def verbs_at_once(searcher: Searcher) -> tuple[Hit, ...]:
    """What is offered before anything is typed."""
    return _hits(_open(searcher), searcher)[:MOST_OF_A_KIND]


def verb_hits(meant: Meant, people: Iterable[Somebody], searcher: Searcher) -> tuple[Hit, ...]:
    """`Book a session for Leyla` for the best that was found, then the verbs by themselves."""
    found: list[Hit] = []
    for person in people:
        open_verbs = meant.verbs or tuple(_open(searcher))
        named = [verb for verb in open_verbs if verb.client_url_name]
        mine = [verb for verb in named if verb.is_for_teams or not person.is_team]
        usable = [verb for verb in mine if person.is_coached or not verb.needs_content]
        found += [_for(verb, person, searcher) for verb in usable[:MOST_FOR_ONE]]
        if not meant.verbs:
            break
    return (*found, *_hits(meant.verbs, searcher))[:MOST_VERBS]


def _for(verb: Verb, person: Somebody, searcher: Searcher) -> Hit:
    url = reverse(verb.client_url_name, args=[searcher.practice_slug, person.id])
    return Hit(str(verb.for_client) % {"name": person.name}, url, symbol=verb.symbol)


def _hits(verbs: Iterable[Verb], searcher: Searcher) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            str(verb.label),
            reverse(verb.url_name, args=[searcher.practice_slug]),
            symbol=verb.symbol,
        )
        for verb in verbs
        if verb.url_name
    )


def page_hits(wanted: Wanted, searcher: Searcher) -> tuple[Hit, ...]:
    """Pages of the navigation whose name fits, best first; slips forgiven."""
    scored = [(wanted.score(str(item.label)), item) for item in searcher.pages]
    fit = [
        (score, item)
        for score, item in scored
        if score >= BEGINS or (score >= 0 and wanted.may_be_guessed)
    ]
    fit.sort(key=lambda each: -each[0])
    return tuple(
        Hit(str(item.label), item.url, symbol=item.icon) for _score, item in fit[:MOST_OF_A_KIND]
    )


def all_pages(searcher: Searcher) -> tuple[Hit, ...]:
    return tuple(Hit(str(item.label), item.url, symbol=item.icon) for item in searcher.pages)
