"""Builds the demo world, once or again, and a large one beside it for measuring."""

import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from psycopg import sql

from coachops.demo.large.building import analyse, build_large
from coachops.demo.people import PEOPLE
from coachops.demo.world.northlight import build_demo
from coachops.practices.models import User

MOST_WORKERS = 4
KEPT = ("django_migrations", "django_content_type")
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname <> ALL(%s)
"""


class Command(BaseCommand):
    help = "Build the demo world: two practices with everybody in them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if it is there")
        parser.add_argument(
            "--reset", action="store_true", help="remove everything first (needs the owner role)"
        )
        parser.add_argument(
            "--large",
            type=int,
            metavar="PRACTICES",
            help="beside it as many small practices, and one of 2,000 clients, for measuring",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo world is only for DEMO=1: it invents people.")
        if options["reset"]:
            _remove_everything()
        is_there = User.objects.filter(email=PEOPLE[0].email).exists()
        large: int | None = options["large"]
        if is_there and large is None and not options["if_empty"]:
            raise CommandError("The demo world is there already. Use --reset to build it again.")
        if not is_there:
            build_demo(timezone.now(), self.stdout.write)
            self.stdout.write("The demo world is ready.")
        if large is not None:
            self._build_large(large)

    def _build_large(self, practices: int) -> None:
        if practices < 0:
            raise CommandError("Say how many practices: 0 or more.")
        self.stdout.write(f"{practices} practices and a large one")
        now, workers = timezone.now(), min(os.process_cpu_count() or 1, MOST_WORKERS)
        if not build_large(practices, now, self.stdout.write, workers=workers):
            self.stdout.write("The large world is there already.")
            return
        if url := os.environ.get("DATABASE_OWNER_URL"):
            analyse(url)
        self.stdout.write("The large world is ready.")


def _remove_everything() -> None:
    url = os.environ.get("DATABASE_OWNER_URL")
    if not url:
        raise CommandError("Set DATABASE_OWNER_URL: only the owner role may empty the tables.")
    with psycopg.connect(url) as owner:
        tables = [name for (name,) in owner.execute(TABLES, [list(KEPT)])]
        statement = sql.SQL("TRUNCATE {} CASCADE").format(
            sql.SQL(", ").join(sql.Identifier(name) for name in tables)
        )
        owner.execute(statement)
    for folder in (Path(settings.MAIL_DIR), Path(settings.DATA_DIR) / "files"):
        shutil.rmtree(folder, ignore_errors=True)
