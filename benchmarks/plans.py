"""How PostgreSQL finds what the hottest pages ask for, as the web role under row-level security.

Every statement of the pages that are opened most, and of a listing of bookable times, is explained
where it is sent: same role, same scope, same values, on a filled database. No table of a practice
may be read from end to end, and whichever index is used has to lead with the practice, so that the
work stays the same however many practices there are. What takes a person's time, claims and the
busy blocks of their calendars, leads with the person on purpose, a person's own memberships with
the person, and a row may be taken by its primary key.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from django.apps import apps
from django.db import connection, transaction
from django.test import override_settings

from benchmarks.filled import analyse, coach_of_full, fill, newest
from benchmarks.pages import SETTINGS, hot_pages
from benchmarks.result import Result
from benchmarks.statements import Plan, nodes, plans_of
from coachops.practices.models import Membership
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import Scope, scope, system_scope
from scheduling.models import Offering
from scheduling.queries.slots import open_starts

LEADS = {
    "scheduling_claim": {"resource_id"},
    "scheduling_busyblock": {"resource_id"},
    "practices_membership": {"user_id"},
}
_FIRST_COLUMN = """
SELECT c.relname, t.relname, a.attname FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
"""


def measure() -> list[Result]:
    """For each page, statements that read a whole table or use an index of another kind."""
    fill()
    analyse(os.environ["DATABASE_OWNER_URL"])
    judge = Judge()
    with override_settings(**SETTINGS):
        visits = [(page.name, page.open) for page in hot_pages()]
        return [
            result
            for name, run in [*visits, ("bookable times", _list_times)]
            for result in judge.results(name, run)
        ]


def _list_times() -> None:
    with transaction.atomic(), scope(Scope(user_id=coach_of_full().pk)):
        coach = Membership.objects.get(user=coach_of_full())
    offering = newest(Offering, coach, coach=coach)
    with transaction.atomic(), scope(system_scope(coach.practice_id)):
        open_starts(offering, datetime.now(UTC))


class Judge:
    """Knows the tables of practices, and the first column of every index."""

    def __init__(self) -> None:
        self._tables = {
            model._meta.db_table for model in apps.get_models() if issubclass(model, PracticeModel)
        }
        with connection.cursor() as cursor:
            cursor.execute(_FIRST_COLUMN)
            self._indexes = {
                index: (table, first)
                for index, table, first in cursor.fetchall()
                if table in self._tables
            }

    def results(self, name: str, run: Callable[[], None]) -> list[Result]:
        plans = plans_of(run)
        found = [(sql, finding) for sql, plan in plans if (finding := self.finding(plan))]
        for sql, finding in found:
            print(f"    {name}: {finding}\n      {sql[:300]}", file=sys.stderr)
        return [
            Result(f"{name}: statements explained", len(plans), "", 1, bool(plans)),
            Result(f"{name}: not found by practice", len(found), "", 0, not found),
        ]

    def finding(self, plan: Plan) -> str:
        """What is wrong with a plan, or nothing."""
        return "; ".join(filter(None, (self._node(node) for node in nodes(plan))))

    def _node(self, node: Plan) -> str:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in self._tables:
            return f"reads all of {node['Relation Name']}"
        index = node.get("Index Name", "")
        if index not in self._indexes:
            return ""
        table, first = self._indexes[index]
        if "Index Cond" not in node:
            return f"walks all of {index}"
        if first in {"practice_id", *LEADS.get(table, ())} or index.endswith("_pkey"):
            return ""
        return f"{index} leads with {first}"
