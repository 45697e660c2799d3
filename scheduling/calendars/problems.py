"""Why a calendar could not be read, or not wholly."""

from enum import StrEnum


class Problem(StrEnum):
    """The name is stored; `queries.busy_sources` says it in words."""

    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    NAMES_A_USER = "names_a_user"
    WRONG_PORT = "wrong_port"
    PRIVATE_ADDRESS = "private_address"
    UNKNOWN_HOST = "unknown_host"
    CERTIFICATE = "certificate"
    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    STRANGE_ENCODING = "strange_encoding"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    STRANGE_ANSWER = "strange_answer"
    WEB_PAGE = "web_page"
    EMPTY = "empty"
    CUT_OFF = "cut_off"
    NOT_A_CALENDAR = "not_a_calendar"
    TOO_MANY_EVENTS = "too_many_events"
    TOO_MUCH_WORK = "too_much_work"
    NO_CALENDARS = "no_calendars"
    CONSENT_ENDED = "consent_ended"
    CALENDAR_GONE = "calendar_gone"
    # Of single series, in a calendar that is otherwise read.
    TOO_OFTEN = "too_often"
    BROKEN_EVENTS = "broken_events"


class Unreadable(Exception):
    """Nothing was read; what was read before still holds."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem
