"""Inviting, joining, changing roles, ending."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.practices.models import AssistantAssignment, Membership, SignedLink, User
from coachops.practices.queries.assistants import assisted_coach_ids, works_for
from coachops.practices.roles import Audience, Role
from coachops.practices.services import members as services
from coachops.practices.services.links import create_link
from tests.cast import Cast, practice_day

NEW = "new@north.example"


def invite(**changes: object) -> Membership:
    values = {"email": NEW, "name": "Nora", "roles": [Role.COACH], "coaches": [], **changes}
    return services.invite_member(now=timezone.now(), **values)


def test_invitation_is_mailed_once_in_the_practices_name(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        member = invite()
        services.send_invitation(membership=member, now=timezone.now())
        assert AuditEvent.objects.filter(event="member.added", subject_id=member.pk).exists()
    drain()
    [sent] = [message for message in mail.outbox if message.to == [NEW]]
    assert sent.subject == "Join Harbour in CoachOps"
    assert "http://localhost:8000/practices/?to=harbour" in sent.body
    assert sent.reply_to == ["alice@harbour.example"]


def test_invitation_is_not_mailed_to_somebody_who_is_gone(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        services.end_membership(membership=invite(), now=timezone.now())
    drain()
    assert mail.outbox == []


def test_who_works_here_is_not_invited_again(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice), pytest.raises(services.AlreadyMember):
        invite(email=cast.bob.user.email.upper())


def test_one_person_may_stand_behind_two_doors(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        member = services.ensure_membership(
            email=cast.sam.user.email,
            name="Sam",
            audience=Audience.CLIENT,
            roles=[Role.CLIENT],
            now=timezone.now(),
        )
    assert member.user == cast.sam.user
    assert User.objects.filter(email=cast.sam.user.email).count() == 1


def test_membership_is_made_once_and_reopened(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        first = invite()
        services.end_membership(membership=first, now=timezone.now())
        again = invite(roles=[Role.SUPERVISOR])
        assert (again.pk, again.ended_at, again.roles) == (first.pk, None, ["supervisor"])


def test_roles_of_another_door_are_refused(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice), pytest.raises(ValueError, match="no roles of the door"):
        services.ensure_membership(
            email=NEW, name="N", audience=Audience.CLIENT, roles=[Role.OWNER], now=timezone.now()
        )


def test_coach_invites_clients_but_the_database_refuses_members(
    cast: Cast, acting: Callable
) -> None:
    with acting(cast.bob):
        services.ensure_membership(
            email=NEW, name="N", audience=Audience.CLIENT, roles=[Role.CLIENT], now=timezone.now()
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            invite(email="other@north.example")


def test_last_owner_stays(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        with pytest.raises(services.LastOwner):
            services.end_membership(membership=cast.alice.membership, now=timezone.now())
        with pytest.raises(services.LastOwner):
            services.change_roles(
                membership=cast.alice.membership,
                roles=[Role.COACH],
                coaches=[],
                now=timezone.now(),
            )
        invite(roles=[Role.OWNER])
        with pytest.raises(services.LastOwner):
            services.end_membership(membership=cast.alice.membership, now=timezone.now())


def test_ending_closes_assignments_and_links(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        create_link(
            purpose="test",
            subject_id=cast.vera.membership.pk,
            now=timezone.now(),
            valid_for=timedelta(days=1),
            membership=cast.vera.membership,
        )
        services.end_membership(membership=cast.vera.membership, now=timezone.now())
        assert works_for(cast.vera.membership, practice_day()) == []
        assert SignedLink.objects.get().revoked_at is not None


def test_assistant_moves_from_one_coach_to_the_whole_practice(cast: Cast, acting: Callable) -> None:
    vera, today = cast.vera.membership, practice_day()
    with acting(cast.alice):
        for coaches, wanted in (
            ([cast.olga.membership], [cast.olga.membership.pk]),
            (None, [None]),
            ([cast.bob.membership], [cast.bob.membership.pk]),
        ):
            services.change_roles(
                membership=vera, roles=[Role.ASSISTANT], coaches=coaches, now=timezone.now()
            )
            assert works_for(vera, today) == wanted
            assert assisted_coach_ids(vera, today) == (None if None in wanted else wanted)
        services.change_roles(membership=vera, roles=[Role.COACH], coaches=[], now=timezone.now())
        assert works_for(vera, today) == []
        assert AssistantAssignment.objects.filter(assistant=vera).count() == 1, "history stays"


def test_assistant_begins_on_the_practices_day(cast: Cast, acting: Callable) -> None:
    half_past_midnight = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with acting(cast.alice):
        services.change_roles(
            membership=cast.vera.membership,
            roles=[Role.ASSISTANT],
            coaches=[cast.olga.membership],
            now=half_past_midnight,
        )
        begun = AssistantAssignment.objects.get(coach=cast.olga.membership)
    assert begun.started_on == date(2026, 11, 23)


def test_joining_is_noted_in_every_practice_that_waits(cast: Cast, acting: Callable) -> None:
    with acting(cast.alice):
        member = invite(email=cast.mallory.user.email)
    assert services.join_practices(user=cast.mallory.user, now=timezone.now()) == 1
    with acting(cast.alice):
        assert Membership.objects.get(pk=member.pk).joined_at is not None
        assert AuditEvent.objects.filter(event="member.joined").count() == 1
