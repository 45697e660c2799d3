"""django-appointment measured by itself, in an environment and an empty database of its own.

The first line of standard input is the data: the first day, how many days, and for each case its
bookings as local starts and a length. Each line after it names a case and is answered with one line
of JSON: CPU milliseconds and statements of listing those days through its `available_slots` view,
one request a day as its own page asks; CPU milliseconds of the function behind that view alone; and
how many times were found. Its log, which writes several lines a request, is off.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any

import django

# Nothing but answers goes to standard output; it writes its log there from its first import on.
ANSWERS = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
logging.disable(logging.CRITICAL)
os.environ["DJANGO_SETTINGS_MODULE"] = "appointment_settings"
django.setup()

from appointment.models import (  # noqa: E402 -- needs settings
    Appointment,
    AppointmentRequest,
    Config,
    Service,
    StaffMember,
    WorkingHours,
)
from appointment.services import get_available_slots_for_staff  # noqa: E402 -- needs settings
from django.contrib.auth.models import User  # noqa: E402 -- needs settings
from django.core.management import call_command  # noqa: E402 -- needs settings
from django.db import connection  # noqa: E402 -- needs settings
from django.test import Client  # noqa: E402 -- needs settings

WEEKDAYS = range(1, 6)  # Monday to Friday, as its week counts
OPENS, CLOSES, LENGTH, STEP = time(9), time(17), 50, 30


def open_shop() -> Service:
    """Its tables, its configuration and one service."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    Config.objects.create(slot_duration=STEP, lead_time=OPENS, finish_time=CLOSES)
    service: Service = Service.objects.create(
        name="Session", duration=timedelta(minutes=LENGTH), price=0
    )
    return service


def employ(name: str, service: Service, case: dict[str, Any]) -> StaffMember:
    """Somebody with the bookings of a case."""
    member: StaffMember = StaffMember.objects.create(
        user=User.objects.create(username=name, first_name=name)
    )
    member.services_offered.add(service)
    for day in WEEKDAYS:
        WorkingHours.objects.create(
            staff_member=member, day_of_week=day, start_time=OPENS, end_time=CLOSES
        )
    length = timedelta(minutes=case["minutes"])
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            service=service,
            staff_member=member,
            date=start.date(),
            start_time=start.time(),
            end_time=(start + length).time(),
        )
        for start in map(datetime.fromisoformat, case["starts"])
    )
    Appointment.objects.bulk_create(Appointment(appointment_request=each) for each in requests)
    return member


class Visitor:
    """Lists the days of one staff member."""

    def __init__(self, member: StaffMember, service: Service, days: list[date]) -> None:
        self._member, self._service, self._days = member, service, days
        self._client = Client(headers={"x-requested-with": "XMLHttpRequest"})
        self._statements = 0
        with connection.execute_wrapper(self._count):
            self._found = self.visit()

    def _count(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self._statements += 1
        return execute(*statement)

    def visit(self) -> int:
        """One request a day; the times that were found."""
        found = 0
        for day in self._days:
            data = {
                "selected_date": day.isoformat(),
                "staff_member": self._member.pk,
                "service_id": self._service.pk,
            }
            answer = self._client.get("/ajax/available_slots/", data)
            found += len(answer.json()["available_slots"])
        return found

    def call(self) -> None:
        """The function behind the view."""
        for day in self._days:
            weekday = day.isoweekday() % 7
            get_available_slots_for_staff(day, self._member, weekday, service=self._service)

    def sample(self) -> dict[str, float]:
        """One of both; statements were counted before."""
        return {
            "view": _milliseconds(self.visit),
            "function": _milliseconds(self.call),
            "statements": self._statements,
            "found": self._found,
        }


def _milliseconds(run: Callable[[], object]) -> float:
    began = process_time()
    run()
    return (process_time() - began) * 1_000


def main() -> None:
    """Until standard input ends."""
    data = json.loads(sys.stdin.readline())
    first, service = date.fromisoformat(data["first"]), open_shop()
    days = [first + timedelta(days=number) for number in range(data["days"])]
    staff = {name: employ(name, service, case) for name, case in data["cases"].items()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    visitors = {name: Visitor(member, service, days) for name, member in staff.items()}
    for line in sys.stdin:
        ANSWERS.write(json.dumps(visitors[line.strip()].sample()) + "\n")


if __name__ == "__main__":
    main()
