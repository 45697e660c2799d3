"""Everybody and everything by name, in one statement of plain SQL: it is asked at every letter.

Under row-level security no index helps a regular expression, so it is held against every name of
the practice: some milliseconds for thousands.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.results import Searcher
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


# Each part: who may find it, and a select of the columns of `Name` with what is searched.
_CLIENT: Final = """
SELECT 'client' AS kind, id AS place, name,
  CASE WHEN kind = 'team' THEN concat_ws(', ', %s::text, NULLIF(employer, ''))
    ELSE COALESCE(NULLIF(employer, ''), email) END AS beside,
  archived_at IS NOT NULL AS is_past, {is_open} AS is_open,
  concat_ws(' ', name, preferred_name, email, employer, job_title, phone) AS searched
FROM clients_client WHERE practice_id = %s AND id IN ({visible})
"""
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
_AS_TYPED, _NEARLY = 2, 1
# Weighed once for each name, which is what OFFSET 0 is for. A slip is looked for where a half of
# each word stands: the closer look takes ten times as long.
_ONE_KIND: Final = """
(SELECT fits, kind, place, name, beside, is_past, is_open FROM (
   SELECT part.*, CASE WHEN searched ~* ALL (%s::text[]) THEN {as_typed} {or_nearly} END AS fits
   FROM ({part}) AS part (kind, place, name, beside, is_past, is_open, searched) OFFSET 0
 ) AS weighed
 WHERE fits > 0
 ORDER BY fits DESC, name ~* ALL (%s::text[]) DESC, is_past, name LIMIT {most})
"""
_OR_NEARLY: Final = """
WHEN name ~* ALL (%s::text[]) THEN CASE WHEN name ~* ALL (%s::text[]) THEN {nearly} END
"""


def names_found(wanted: Wanted, searcher: Searcher) -> list[Name]:
    """At most forty of a kind; where nothing is called that, what is nearly called that."""
    parts: list[tuple[str, list[Any]]] = []
    practice = current_practice_id()
    if searcher.may(Permission.SEE_CLIENTS):
        parts.append(_clients(searcher, practice))
    parts += [(sql, [practice]) for permission, sql in _THINGS if searcher.may(permission)]
    if not parts:
        return []
    patterns = [wanted.holds()]
    or_nearly = ""
    if wanted.may_be_guessed:
        patterns += [wanted.halves(), wanted.nearly()]
        or_nearly = _OR_NEARLY.format(nearly=_NEARLY)
    statement = " UNION ALL ".join(
        _ONE_KIND.format(part=sql, as_typed=_AS_TYPED, or_nearly=or_nearly, most=MOST_WEIGHED)
        for sql, _params in parts
    )
    params = [each for _sql, own in parts for each in (*patterns, *own, wanted.begins())]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    best = max((fits for fits, *_name in rows), default=_AS_TYPED)
    return [Name(*name) for fits, *name in rows if fits == best]


def _clients(searcher: Searcher, practice: UUID) -> tuple[str, list[Any]]:
    """Whom the reader may see and whose content is open is what the access rules compile to."""
    visible, may_see = _ids(searcher.clients.order_by().values("pk"))
    team = _("Team")
    if searcher.coached is None or searcher.coaches_all:
        is_open = "true" if searcher.coaches_all else "false"
        return _CLIENT.format(is_open=is_open, visible=visible), [team, practice, *may_see]
    coached, may_open = _ids(searcher.coached)
    statement = _CLIENT.format(is_open=f"id IN ({coached})", visible=visible)
    return statement, [team, *may_open, practice, *may_see]


def _ids(rows: QuerySet[Any, Any]) -> tuple[str, Iterable[Any]]:
    sql, params = rows.query.sql_with_params()
    return sql, params


def of_kind(found: Iterable[Name], *kinds: str) -> list[Name]:
    return [name for name in found if name.kind in kinds]
