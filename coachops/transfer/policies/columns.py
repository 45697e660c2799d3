"""The columns of a sheet of clients, and the words by which people head them."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    NAME = "name"
    FAMILY_NAME = "family_name"
    PREFERRED_NAME = "preferred_name"
    EMAIL = "email"
    PHONE = "phone"
    JOB_TITLE = "job_title"
    EMPLOYER = "employer"
    TIME_ZONE = "time_zone"
    COACH = "coach"
    ORGANISATION = "organisation"
    TITLE = "title"
    PROGRAM = "program"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    SESSIONS = "sessions"
    PAYER = "payer"


class DateOrder(StrEnum):
    """Which of the three numbers of a date comes first."""

    ISO = "iso"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


REQUIRED: Final = (Column.NAME, Column.EMAIL)
# Only these are given to a client who is there already.
DETAILS: Final = (
    Column.NAME,
    Column.PREFERRED_NAME,
    Column.PHONE,
    Column.JOB_TITLE,
    Column.EMPLOYER,
    Column.TIME_ZONE,
)
OF_ENGAGEMENT: Final = (
    Column.ORGANISATION,
    Column.TITLE,
    Column.PROGRAM,
    Column.STARTS_ON,
    Column.ENDS_ON,
    Column.SESSIONS,
    Column.PAYER,
)

# English, German and Spanish, folded as `folded` does.
_WORDS: Final[dict[Column, tuple[str, ...]]] = {
    Column.NAME: (
        "name", "full name", "client", "client name", "coachee", "klient", "kunde", "vollname",
        "vor und nachname", "nombre", "nombre completo", "cliente",
    ),
    Column.FAMILY_NAME: (
        "family name", "last name", "surname", "nachname", "familienname", "apellido", "apellidos",
    ),
    Column.PREFERRED_NAME: (
        "preferred name", "first name", "given name", "known as", "nickname", "vorname",
        "rufname", "spitzname", "nombre preferido", "nombre de pila", "apodo",
    ),
    Column.EMAIL: (
        "email", "e mail", "mail", "email address", "e mail address", "e mail adresse",
        "emailadresse", "mailadresse", "correo", "correo electronico", "direccion de correo",
    ),
    Column.PHONE: (
        "phone", "phone number", "telephone", "mobile", "cell", "telefon", "telefonnummer",
        "handy", "mobil", "telefono", "movil", "celular",
    ),
    Column.JOB_TITLE: (
        "job title", "job", "role", "position", "funktion", "rolle", "berufsbezeichnung",
        "stelle", "cargo", "puesto",
    ),
    Column.EMPLOYER: (
        "employer", "company", "works at", "arbeitgeber", "firma", "unternehmen", "empresa",
        "empleador",
    ),
    Column.TIME_ZONE: (
        "time zone", "timezone", "zeitzone", "zona horaria", "huso horario",
    ),
    Column.COACH: (
        "coach", "coach email", "coach e mail", "email of coach", "coach mail",
        "e mail des coachs", "correo del coach", "entrenador",
    ),
    Column.ORGANISATION: (
        "sponsor", "sponsor organisation", "sponsor organization", "organisation", "organization",
        "sponsor company", "auftraggeber", "zahlende firma", "patrocinador", "organizacion",
    ),
    Column.TITLE: (
        "engagement", "engagement title", "title", "coaching", "titel", "mandat", "titulo",
        "proceso",
    ),
    Column.PROGRAM: ("program", "programme", "programm", "programa"),
    Column.STARTS_ON: (
        "start", "start date", "starts", "starts on", "from", "beginn", "startdatum", "ab",
        "inicio", "fecha de inicio", "desde",
    ),
    Column.ENDS_ON: (
        "end", "end date", "ends", "ends on", "until", "ende", "enddatum", "bis", "fin",
        "fecha de fin", "hasta",
    ),
    Column.SESSIONS: (
        "sessions", "sessions allotted", "number of sessions", "sitzungen", "anzahl sitzungen",
        "termine", "sesiones", "numero de sesiones",
    ),
    Column.PAYER: (
        "payer", "paid by", "who pays", "zahler", "bezahlt von", "zahlt", "pagador", "paga",
    ),
}  # fmt: skip
_BY_WORD: Final = {word: column for column, words in _WORDS.items() for word in words}
_SELF: Final = {
    "self", "client", "private", "self paying", "selbst", "selbstzahler", "privat", "klient",
    "cliente", "propio", "particular", "el cliente",
}  # fmt: skip
_SPONSOR: Final = {
    "sponsor", "company", "employer", "organisation", "organization", "firma", "arbeitgeber",
    "auftraggeber", "unternehmen", "empresa", "patrocinador",
}  # fmt: skip
_YEAR_LENGTHS: Final = {2, 4}


def folded(text: str) -> str:
    """In small letters, without accents and signs: as words are compared."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


def guess(header: Sequence[str]) -> dict[Column, int]:
    """Which column is what, by its heading. Each is taken once: the first that fits.

    First and family name in two columns are the name together.
    """
    found: dict[Column, int] = {}
    for place, text in enumerate(header):
        column = _BY_WORD.get(folded(text))
        if column is not None and column not in found:
            found[column] = place
    if Column.NAME in found:
        found.pop(Column.FAMILY_NAME, None)
    elif Column.FAMILY_NAME in found and Column.PREFERRED_NAME in found:
        found[Column.NAME] = found.pop(Column.PREFERRED_NAME)
    return found


def with_whole_name(cells: dict[str, str]) -> dict[str, str]:
    """A family name of its own column stands behind the name."""
    if Column.FAMILY_NAME not in cells:
        return cells
    names = (cells.get(Column.NAME, ""), cells[Column.FAMILY_NAME])
    return {**cells, str(Column.NAME): " ".join(filter(None, names))}


def payer_of(text: str) -> str | None:
    """ "self" or "sponsor"; None for a word that says neither."""
    word = folded(text)
    if word in _SELF:
        return "self"
    return "sponsor" if word in _SPONSOR else None


def date_of(text: str, order: DateOrder) -> date | None:
    """The day that is meant; None if there is no such day. ISO dates are read in every order."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    parts = re.split(r"[./\-\s]+", text.strip(" ."))
    if len(parts) != 3 or not all(part.isdecimal() for part in parts) or order == DateOrder.ISO:
        return None
    day, month, year = parts
    if order == DateOrder.MONTH_FIRST:
        day, month = month, day
    if len(year) not in _YEAR_LENGTHS:
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def likely_order(texts: Sequence[str]) -> DateOrder:
    """What the sheet's own dates say: a number above twelve is no month."""
    for text in texts:
        parts = re.split(r"[./\-]", text)
        if len(parts) != 3 or len(parts[0]) == 4:
            continue
        if "." in text:
            return DateOrder.DAY_FIRST
        if parts[0].isdecimal() and int(parts[0]) > 12:
            return DateOrder.DAY_FIRST
        if parts[1].isdecimal() and int(parts[1]) > 12:
            return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if any("/" in text for text in texts) else DateOrder.ISO
