"""Finding people, places, things to do and what was said; only what the reader may see.

In two parts, so that typing stays quick: `quick_answer` asks the database about names, and
`words_found` opens sealed texts afterwards.
"""

from django.utils.translation import gettext as _

from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.names import names_found
from coachops.pages.queries.search.people import (
    Person,
    people_of,
    person_hits,
    recent_people,
    session_hits,
    sessions_around,
)
from coachops.pages.queries.search.places import (
    Meant,
    all_pages,
    meant_by,
    page_hits,
    verb_hits,
    verbs_at_once,
)
from coachops.pages.queries.search.results import Group, Hit, Searcher, groups, read_kinds
from coachops.pages.queries.search.things import gatherings_found, thing_groups
from coachops.pages.queries.search.words import words_found
from coachops.practices.roles import Permission

__all__ = [
    "Group",
    "Hit",
    "Searcher",
    "Wanted",
    "before_typing",
    "quick_answer",
    "read_kinds",
    "words_found",
]

MOST_MEANT = 2


def before_typing(searcher: Searcher) -> tuple[Group, ...]:
    """Whom the reader was with last, what one can do, and where one can go. One statement."""
    people = recent_people(searcher) if searcher.may(Permission.SEE_CLIENTS) else ()
    label = _("Opened last") if searcher.coached is not None else _("Coming up")
    return groups(
        Group("recent", label, people),
        Group("verbs", _("Do"), verbs_at_once(searcher)),
        Group("pages", _("Go to"), all_pages(searcher)),
    )


def quick_answer(wanted: Wanted, searcher: Searcher) -> tuple[Group, ...]:
    """Names, pages and verbs, best first. At most five statements, and content of nobody."""
    if not wanted.is_enough:
        return ()
    meant = meant_by(wanted, searcher)
    is_for_somebody = bool(meant.verbs) and meant.rest.is_enough
    name = meant.rest if is_for_somebody else wanted
    found = names_found(name, searcher)
    people, things = people_of(found, name), thing_groups(found, name, searcher)
    sessions = sessions_around(people, searcher)
    gathered = () if people else gatherings_found(wanted, searcher)
    clients = Group("people", _("Clients"), person_hits(people, sessions, searcher))
    doing = Group("verbs", _("Do"), _verbs(meant, people, searcher))
    going = Group("pages", _("Go to"), page_hits(wanted, searcher))
    meetings = session_hits(people[0], sessions, searcher) if people else gathered
    seen = Group("sessions", _("Sessions"), meetings)
    if is_for_somebody or (meant.verbs and not people):
        return groups(doing, going, clients, seen, *things)
    if people:
        return groups(clients, doing, seen, *things, going)
    return groups(going, *things, seen)


def _verbs(meant: Meant, people: list[Person], searcher: Searcher) -> tuple[Hit, ...]:
    """Verbs that were typed; for a name that was typed, what is done for them mostly."""
    if not meant.verbs and not people:
        return ()
    meant_people = [person for person in people[:MOST_MEANT] if not person.is_archived]
    return verb_hits(meant, [person.somebody for person in meant_people], searcher)
