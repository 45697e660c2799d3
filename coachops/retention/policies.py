"""How long what is kept, read from columns.toml: the program and its tests know no other source."""

import calendar
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

# So long a client may answer whether shared records are opened.
CONSENT_VALID = timedelta(days=14)
RULES = Path(__file__).with_name("columns.toml")


class Kind(StrEnum):
    """A kind of data with a period of its own."""

    CONTENT = "content"
    REPORTS = "reports"
    AGREEMENTS = "agreements"
    LEDGER = "ledger"
    ENQUIRIES = "enquiries"
    FACTS = "facts"


class Notice(StrEnum):
    """What happened; emails.py has the words."""

    REQUEST_OPENED = "request_opened"
    NOTES_ASKED = "notes_asked"
    REQUEST_ANSWERED = "request_answered"
    REQUEST_REFUSED = "request_refused"
    CONSENT_ASKED = "consent_asked"
    SECOND_ASKED = "second_asked"
    OPENED_CLIENT = "opened_client"
    OPENED_COACH = "opened_coach"
    SECOND_NAMED = "second_named"
    SECOND_ENDED = "second_ended"
    NOTICE_DELAYED = "notice_delayed"


class From(StrEnum):
    """What a period is counted from."""

    END = "end"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Period:
    """Months: what holds without a choice, and between which bounds a practice may choose."""

    kind: Kind
    counted_from: From
    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class TableRule:
    """One table: `keep` is a kind, or why no period applies. `via` are the columns that lead from
    a row to its client, `person` is the column with the membership it belongs to, `address` the
    one with the e-mail address it is about; `date` is the
    column its age is read from.

    `words` are columns that hold what somebody wrote or said, `personal` those that name or reach
    somebody, `plain` texts that do neither; `files` name files in the storage.
    """

    model: str
    keep: str
    audience: tuple[str, ...]
    via: str
    person: str
    address: str
    date: str
    words: frozenset[str]
    personal: frozenset[str]
    plain: frozenset[str]
    files: tuple[str, ...]

    @property
    def kind(self) -> Kind | None:
        """None where no period applies."""
        return Kind(self.keep) if self.keep in set(Kind) else None

    @property
    def texts(self) -> frozenset[str]:
        return self.words | self.personal | self.plain


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(RULES.read_text())


@cache
def periods() -> dict[Kind, Period]:
    """Every kind's bounds, in the order of the file."""
    return {
        Kind(name): Period(Kind(name), From(row["from"]), row["default"], row["least"], row["most"])
        for name, row in _source()["periods"].items()
    }


@cache
def reasons_to_keep() -> dict[str, str]:
    """What stands in place of a period, with what it means."""
    return dict(_source()["kept"])


@cache
def table_rules() -> dict[str, TableRule]:
    """By "app.Model"."""
    return {
        model: TableRule(
            model=model,
            keep=row["keep"],
            audience=tuple(row["audience"]),
            via=row.get("via", ""),
            person=row.get("person", ""),
            address=row.get("address", ""),
            date=row.get("date", ""),
            words=frozenset(row.get("words", ())),
            personal=frozenset(row.get("personal", ())),
            plain=frozenset(row.get("plain", ())),
            files=tuple(row.get("files", ())),
        )
        for model, row in _source()["tables"].items()
    }


def rules_of(kind: Kind) -> Iterator[TableRule]:
    """The tables of one kind, in the order of the file: what depends on others stands first."""
    return (rule for rule in table_rules().values() if rule.kind == kind)


def is_within(kind: Kind, months: int) -> bool:
    """Whether a practice may choose this."""
    period = periods()[kind]
    return period.least <= months <= period.most


def months_before[Day: date](day: Day, months: int) -> Day:
    """The same day so many months earlier; the last of the month where there is no such day."""
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )
