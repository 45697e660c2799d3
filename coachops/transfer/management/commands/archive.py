"""Archives of whole practices between two installations, by the operators of both."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coachops.transfer.policies import TransferRefused
from coachops.transfer.services.archive_keys import public_key
from coachops.transfer.services.readdressing import send, take_over


class Command(BaseCommand):
    """`key` there, `send` here, `adopt` there; then an owner imports the result."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("key", help="print the public key of this installation")
        sending = actions.add_parser("send", help="address an archive to another installation")
        adopting = actions.add_parser("adopt", help="take over an archive that was sent here")
        for each in (sending, adopting):
            each.add_argument("source", type=Path)
            each.add_argument("target", type=Path)
        sending.add_argument("--to", required=True, help="the public key of the other one")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        if action == "key":
            self.stdout.write(public_key())
            return
        try:
            if action == "send":
                send(options["source"], options["target"], to=options["to"])
            else:
                take_over(options["source"], options["target"])
        except (TransferRefused, ValueError) as error:
            raise CommandError(f"not done: {error}") from error
        self.stdout.write(f"{options['target']} is ready")
