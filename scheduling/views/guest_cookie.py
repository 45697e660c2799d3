"""What a browser is known by that books without an account."""

from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from scheduling.services.holds import key_of_guest

HOLD_COOKIE: Final = "hold"
DAY_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class GuestCookie:
    """A random name: one hold at a time, also with several pages open, and what was typed."""

    name: UUID
    is_known: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The browser's own, or a new one that it does not have yet."""
        try:
            return cls(UUID(request.COOKIES.get(HOLD_COOKIE, "")), is_known=True)
        except ValueError:
            return cls(uuid4(), is_known=False)

    @property
    def hold_key(self) -> UUID:
        """By which its hold is found; the name does not follow from it."""
        return key_of_guest(self.name)

    def stay_with[R: HttpResponse](self, answer: R) -> R:
        """Let the browser keep it for a day."""
        answer.set_cookie(
            HOLD_COOKIE,
            str(self.name),
            max_age=DAY_SECONDS,
            path="/book/",
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
        return answer
