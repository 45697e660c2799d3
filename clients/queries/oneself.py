"""Whoever works in a practice and is coached there has a portal, and no other way to their own."""

from typing import Final

from django.db.models.expressions import RawSQL

_PRACTICE: Final = "(SELECT app.practice_id_or_null())"


def records_of(user: str) -> str:
    """A query of the ids of a person's own records, and of teams they are or were in; `user` is
    the SQL of the person's id.

    An address counts in letters of any size. Each is found by an index: the address is looked up
    first and compared as it stands, since row-level security lets no other function near an index.
    """
    return f"""
WITH mine AS (
  SELECT own.id FROM clients_client own
  WHERE own.practice_id = {_PRACTICE}
    AND own.email_lower = (SELECT lower(email) FROM practices_user WHERE id = {user})
  UNION
  SELECT own.id FROM practices_membership membership
  JOIN clients_client own
    ON own.practice_id = membership.practice_id AND own.membership_id = membership.id
  WHERE membership.practice_id = {_PRACTICE} AND membership.user_id = {user})
SELECT id FROM mine UNION ALL
SELECT member.team_id FROM mine JOIN clients_teammember member
  ON member.practice_id = {_PRACTICE} AND member.client_id = mine.id
"""  # noqa: S608 -- our own words


# Those of the acting person.
OWN_RECORDS: Final = records_of("(SELECT app.user_id_or_null())")
# Of rows with a `client_id`, which may be empty.
NOT_ONESELF: Final = f"(client_id IS NULL OR client_id NOT IN ({OWN_RECORDS}))"


def own_records() -> RawSQL:
    """The same ids for a sub-select of a query of Django's."""
    return RawSQL(OWN_RECORDS, ())  # noqa: S611 -- no value stands in the words
