"""Keeps the secrets of links out of the logs: whoever reads a log must not be able to act."""

import logging
import re
from typing import Any

_SECRET = re.compile(r"(/(?:l|feeds|mail/inbound)/)[^/\s\"']+")


def _without_secrets(value: Any) -> Any:
    return _SECRET.sub(r"\1…", value) if isinstance(value, str) else value


class LinkSecrets(logging.Filter):
    """Replaces what stands after /l/, /feeds/ and the like in a record's message and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _without_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_without_secrets(argument) for argument in record.args)
        return True
