"""After a backup was restored: erase again whoever had been erased since it was made."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from coachops.retention.services.erasure_ledger import ledger_file, read_ledger
from coachops.retention.services.replaying import replay


class Command(BaseCommand):
    """Safe to run again: who is erased already is not found any more."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=None, help="another ledger of erasures")

    def handle(self, *_args: Any, file: Path | None, **_options: Any) -> None:
        """Prints how many there were."""
        known = read_ledger(file)
        erased = replay(hashes=known, now=timezone.now())
        name = file or ledger_file()
        self.stdout.write(f"{name}: {len(known)} erasures known, {erased} carried out again")
