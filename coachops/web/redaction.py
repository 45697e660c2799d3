"""Keeps the secrets of links out of the logs: whoever reads a log must not be able to act."""

import logging
import re
from typing import Any

# Also inside another address, where they are quoted (`?next=/calendars/…%3Fcode%3D…`).
_IN_PATHS = re.compile(
    r"((?:/|%2F)(?:l|feeds|mail(?:/|%2F)(?:inbound|events)|book(?:/|%2F)with)(?:/|%2F))[^/\s\"']+",
    re.IGNORECASE,
)
_IN_QUERIES = re.compile(r"((?:^|[?&]|%3F|%26)(?:code|state)(?:=|%3D))[^&\s\"'#]+", re.IGNORECASE)


def without_secrets(value: Any) -> Any:
    """The same with a dot for each secret; texts inside dictionaries, lists and tuples as well."""
    if isinstance(value, str):
        return _IN_QUERIES.sub(r"\1…", _IN_PATHS.sub(r"\1…", value))
    if isinstance(value, dict):
        return {key: without_secrets(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(without_secrets, value)) if type(value) in {list, tuple} else value
    return value


def before_send(event: Any, _hint: Any) -> Any:
    """What Sentry hears: addresses, queries, referrers, breadcrumbs and all."""
    return without_secrets(event)


class LinkSecrets(logging.Filter):
    """Replaces what stands after /l/, /feeds/ and the like in a record's message and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_secrets(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(argument) for argument in record.args)
        return True
