"""What was promised: a program, its published versions, their phases and session plans."""

from django.db import models

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class Program(PracticeModel):
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "name"], name="program_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgramVersion(PracticeModel):
    """Once published it never changes; engagements stay pinned to theirs."""

    program = PracticeForeignKey("programs.Program")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "program", "number"], name="program_version_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Phase(PracticeModel):
    version = PracticeForeignKey("programs.ProgramVersion")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300, blank=True)
    weeks = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "version", "position"], name="phase_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SessionPlan(PracticeModel):
    """What one conversation is for. `week` counts from the start of the phase, from 0."""

    phase = PracticeForeignKey("programs.Phase")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    intent = models.CharField(max_length=300, blank=True)
    prompts = models.JSONField(default=list)
    week = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "phase", "position"], name="session_plan_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
