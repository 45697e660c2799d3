"""What was typed on the last step stays while another time is chosen, and comes back with it."""

from uuid import UUID

from django.http import QueryDict

from scheduling.forms.booking import ConfirmForm
from scheduling.queries.booking_page import BookingDesk, BookingPage
from scheduling.services.client_visits import ClientVisit
from scheduling.services.typed import keep_typed, typed_before


def comes_back(desk: BookingDesk, whose: UUID | None) -> dict[str, str]:
    """Initial values of the last step; no statement while no time is chosen."""
    if whose is None or desk.choice.at is None:
        return {}
    return typed_before(whose=whose, offering_id=desk.offering.pk)


def put_aside(
    form: ConfirmForm, posted: QueryDict, *, whose: UUID, offering_id: UUID, address: str = ""
) -> None:
    """Keep what the visible fields were sent with."""
    names = [field.html_name for field in form.visible_fields()]
    typed = {name: posted.get(name, "") for name in names}
    keep_typed(whose=whose, offering_id=offering_id, typed=typed, address=address)


def comes_back_to(visit: ClientVisit) -> dict[str, str]:
    """The same for whoever books for a client; no statement where nothing is asked."""
    return comes_back(visit.desk, visit.by.hold_key) if visit.offering.questions else {}


def put_aside_for(visit: ClientVisit, form: ConfirmForm, posted: QueryDict) -> None:
    """Theirs alone: a client's assistant does not find what the client typed."""
    put_aside(form, posted, whose=visit.by.hold_key, offering_id=visit.offering.pk)


def needs_another_time(form: ConfirmForm, page: BookingPage) -> bool:
    """Whether the page shows times to choose from instead of what was filled in."""
    return form.is_bound and (bool(page.taken) or page.picker.chosen is None)
