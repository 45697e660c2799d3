"""Everybody and everything by name, in one statement of plain SQL: it is asked at every letter.

Under row-level security no index helps a search, so every name of the practice is looked at. The
few companies, programs and members are held against regular expressions; the thousands of clients
have a column of their words, small and without accents, where a word is found ten times quicker.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.results import Searcher, compiled
from coachops.practices.roles import Permission
from coachops.tenancy.scope import current_practice_id

MOST_WEIGHED: Final = 40
"""Of a common name the first that the database finds are weighed against each other."""


class Name(NamedTuple):
    """`place` is what its page is named by; `is_open`: its content is open to who asks."""

    kind: str
    place: UUID
    name: str
    beside: str
    is_past: bool
    is_open: bool


# A slip is looked for where a half of each word stands: the closer look takes ten times as long.
# Whoever is called that comes before whoever works for somebody called that. What has been weighed
# is weighed once, which is what OFFSET 0 is for.
_CLIENTS: Final = """
(SELECT fits, CASE WHEN kind = 'team' THEN 'team' ELSE 'client' END, id, name,
   CASE WHEN kind = 'team' THEN concat_ws(', ', %s::text, NULLIF(employer, ''))
     ELSE COALESCE(NULLIF(employer, ''), email) END, is_past, {is_open}
 FROM (
   SELECT id, name, kind, employer, email, searched, archived_at IS NOT NULL AS is_past,
     CASE WHEN searched LIKE ALL (%s::text[]) THEN 2 {or_nearly} END AS fits
   FROM clients_client WHERE practice_id = %s AND id IN ({visible}) OFFSET 0
 ) AS weighed
 WHERE fits > 0
 ORDER BY fits DESC, {in_name} LIKE ALL (%s::text[]) DESC, is_past, name
 LIMIT %s)
"""
_NAME: Final = "left(searched, length(name) + 1)"
_OR_A_SLIP: Final = "WHEN {halves} THEN CASE WHEN {nearly} THEN 1 END"
_IN_NAME: Final = "name ~* ALL (%s::text[])"
# Each thing: who may find it, and a select of the columns of `Name` with what is searched.
_THINGS: Final[tuple[tuple[Permission, str], ...]] = (
    (
        Permission.MANAGE_CLIENTS,
        """SELECT 'company', id, name, '', false, false, name || ' ' || mail_domain
           FROM clients_sponsororganisation WHERE practice_id = %s""",
    ),
    (
        Permission.MANAGE_CLIENTS,
        """SELECT 'contact', contact.organisation_id, contact.name, company.name, false, false,
             concat_ws(' ', contact.name, contact.email, contact.job_title)
           FROM clients_sponsorcontact contact JOIN clients_sponsororganisation company
             ON company.practice_id = contact.practice_id AND company.id = contact.organisation_id
           WHERE contact.practice_id = %s""",
    ),
    (
        Permission.SEE_CLIENTS,
        """SELECT 'program', id, name, purpose, false, false, name || ' ' || purpose
           FROM programs_program WHERE practice_id = %s AND archived_at IS NULL""",
    ),
    (
        Permission.SEE_MEMBERS,
        """SELECT 'member', member.id, member.name, person.email, false, false,
              member.name || ' ' || person.email
            FROM practices_membership member JOIN practices_user person
              ON person.id = member.user_id
            WHERE member.practice_id = %s AND member.audience = 'staff'
              AND member.ended_at IS NULL""",
    ),
)
_OF_A_KIND: Final = """
(SELECT fits, kind, place, name, beside, is_past, is_open FROM (
   SELECT weighed.*,
     row_number() OVER (PARTITION BY kind ORDER BY fits DESC, {begins} DESC, name) AS nth
   FROM (
     SELECT part.*, CASE WHEN searched ~* ALL (%s::text[]) THEN 2 {or_nearly} END AS fits
     FROM ({parts}) AS part (kind, place, name, beside, is_past, is_open, searched) OFFSET 0
   ) AS weighed WHERE fits > 0
 ) AS ranked
 WHERE nth <= %s)
"""
_AS_TYPED: Final = 2
Part = tuple[str, list[Any]]


def names_found(wanted: Wanted, searcher: Searcher) -> list[Name]:
    """At most forty of a kind; where nothing is called that, what is nearly called that."""
    parts = [_clients(wanted, searcher)] if searcher.may(Permission.SEE_CLIENTS) else []
    things = [sql for permission, sql in _THINGS if searcher.may(permission)]
    parts += [_things(things, wanted)] if things else []
    if not parts:
        return []
    with connection.cursor() as cursor:
        statement = " UNION ALL ".join(sql for sql, _params in parts)
        cursor.execute(statement, [each for _sql, params in parts for each in params])
        rows = cursor.fetchall()
    best = max((fits for fits, *_name in rows), default=_AS_TYPED)
    return [Name(*name) for fits, *name in rows if fits == best]


def _clients(wanted: Wanted, searcher: Searcher) -> Part:
    """Whom the reader may see and whose content is open is what the access rules compile to."""
    or_a_slip: Part = ("", [])
    if wanted.may_be_guessed:
        halves, nearly = wanted.halves_like(), wanted.nearly_like()
        both = {"halves": _each_word(halves), "nearly": _each_word(nearly)}
        or_a_slip = (_OR_A_SLIP.format(**both), [*halves, *nearly])
    visible, may_see = compiled(searcher.clients)
    is_open, may_open = ("true" if searcher.coaches_all else "false"), ()
    if searcher.coached is not None and not searcher.coaches_all:
        coached, may_open = compiled(searcher.coached(), "client_id")
        is_open = f"id IN ({coached})"
    params = [_("Team"), *may_open, wanted.holds_like(), *or_a_slip[1], current_practice_id()]
    statement = _CLIENTS.format(
        is_open=is_open, or_nearly=or_a_slip[0], visible=visible, in_name=_NAME
    )
    return statement, [*params, *may_see, wanted.begins_like(), MOST_WEIGHED]


def _each_word(patterns: list[list[str]]) -> str:
    return " AND ".join([f"{_NAME} LIKE ANY (%s::text[])"] * len(patterns))


def _things(parts: list[str], wanted: Wanted) -> Part:
    patterns, or_nearly = [wanted.holds()], ""
    if wanted.may_be_guessed:
        patterns += [wanted.halves(), wanted.nearly()]
        or_nearly = _OR_A_SLIP.format(halves=_IN_NAME, nearly=_IN_NAME)
    statement = _OF_A_KIND.format(
        parts=" UNION ALL ".join(parts), or_nearly=or_nearly, begins=_IN_NAME
    )
    practices = [current_practice_id()] * len(parts)
    return statement, [wanted.begins(), *patterns, *practices, MOST_WEIGHED]


def of_kind(found: Iterable[Name], *kinds: str) -> list[Name]:
    return [name for name in found if name.kind in kinds]
