"""Who answers an enquiry."""

from datetime import date

from clients.models import Enquiry
from coachops.practices.models import Membership
from coachops.practices.queries.assistants import assistants_of
from coachops.practices.roles import Audience, Role
from coachops.tenancy.scope import current_practice_id


def answering(enquiry: Enquiry, today: date) -> tuple[Membership, ...]:
    """Owners, the coach, and the coach's assistants; any assistant while nobody answers yet.

    Never somebody who works here and asked in person.
    """
    staff = Membership.objects.active().filter(
        practice_id=current_practice_id(), audience=Audience.STAFF
    )
    everybody = list(staff.select_related("user").order_by("pk"))
    answer = {each.pk for each in everybody if Role.OWNER in each.roles}
    if enquiry.coach_id is None:
        answer |= {each.pk for each in everybody if Role.ASSISTANT in each.roles}
    else:
        helping = assistants_of([enquiry.coach_id], today)
        answer |= {enquiry.coach_id, *(each.pk for each in helping)}
    return tuple(
        each for each in everybody if each.pk in answer and each.user.email.lower() != enquiry.email
    )
