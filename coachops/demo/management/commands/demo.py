"""Builds the demo world, once or again."""

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

from coachops.demo.people import PEOPLE
from coachops.demo.world.northlight import build_demo
from coachops.practices.models import User

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

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo world is only for DEMO=1: it invents people.")
        if options["reset"]:
            _remove_everything()
        if User.objects.filter(email=PEOPLE[0].email).exists():
            if options["if_empty"]:
                return
            raise CommandError("The demo world is there already. Use --reset to build it again.")
        build_demo(timezone.now(), self.stdout.write)
        self.stdout.write("The demo world is ready.")


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
