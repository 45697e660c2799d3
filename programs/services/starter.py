"""Installing the starter programs, once in a practice."""

from datetime import datetime

from django.db import IntegrityError, transaction

from coachops.audit.record import record
from programs.models import Phase, Program, ProgramVersion, SessionPlan
from programs.services.gallery import EXECUTIVE, GALLERY, StarterPhase, StarterProgram

_FIRST = 1


@transaction.atomic
def install_starter_program(*, now: datetime) -> ProgramVersion:
    """Both starter programs, published; those that are there by name are left as they are.

    Answers the newest published version of the executive program.
    """
    for starter in GALLERY:
        _install_once(starter, now=now)
    version: ProgramVersion = (
        ProgramVersion.objects.filter(program__name=str(EXECUTIVE.name))
        .exclude(published_at=None)
        .order_by("-number")
        .select_related("program")[0]
    )
    return version


def _install_once(starter: StarterProgram, *, now: datetime) -> None:
    if Program.objects.filter(name=str(starter.name)).exists():
        return
    try:
        with transaction.atomic():
            program = Program.objects.create(name=str(starter.name), purpose=str(starter.purpose))
    except IntegrityError:
        # Somebody pressed the button at the same moment; theirs is as good.
        return
    version = ProgramVersion.objects.create(program=program, number=_FIRST, published_at=now)
    for position, phase in enumerate(starter.phases, start=_FIRST):
        _install_phase(version, phase, position)
    record(event="program.installed", subject=program, now=now)


def _install_phase(version: ProgramVersion, starter: StarterPhase, position: int) -> None:
    phase = Phase.objects.create(
        version=version,
        position=position,
        name=str(starter.name),
        purpose=str(starter.purpose),
        weeks=starter.weeks,
    )
    SessionPlan.objects.bulk_create(
        [
            SessionPlan(
                phase=phase,
                position=number,
                title=str(session.title),
                intent=str(session.intent),
                prompts=[str(prompt) for prompt in session.prompts],
                week=session.week,
            )
            for number, session in enumerate(starter.sessions, start=_FIRST)
        ]
    )
