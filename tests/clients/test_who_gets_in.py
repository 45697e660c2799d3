"""Nobody comes in as somebody else: addresses, assignments, contacts, and how access ends."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import ProgrammingError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, ClientKey, CoachAssignment, SponsorContact
from clients.services import assignments, clients, disclosure, sponsors
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.practices.models import Membership, User
from coachops.practices.roles import Role
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast, Person, practice_day

Acting = Callable[[Person], AbstractContextManager[object]]
Visit = Callable[[Person], Browser]
ANSWERS = {"name": "Dave", "time_zone": "Europe/Oslo"}


def url(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"coach:{name}", args=[cast.practice.slug, *args])


def forget_invitation(cast: Cast) -> None:
    Client.objects.filter(pk=cast.dave_client.pk).update(membership=None)
    cast.dave_client.refresh_from_db()


def sent_to() -> list[tuple[str, str]]:
    drain()
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def make_coach_of(person: Person, *roles: Role) -> None:
    Membership.objects.filter(pk=person.membership.pk).update(roles=list(roles))
    person.membership.refresh_from_db()


def test_inviting_again_reaches_the_same_person_at_their_own_address(
    cast: Cast, acting: Acting, hr: SponsorContact
) -> None:
    User.objects.filter(pk=cast.carol.user.pk).update(email="carol@private.example")
    User.objects.filter(pk=cast.sam.user.pk).update(email="sam@private.example")
    with acting(cast.bob):
        client = Client.objects.get(pk=cast.carol_client.pk)
        assert clients.invite_client(client=client, now=timezone.now()) == cast.carol.membership
        assert sponsors.invite_contact(contact=hr.reload(), now=timezone.now()) == (
            cast.sam.membership
        )
    assert [to for to, _ in sent_to()] == ["carol@private.example", "sam@private.example"]
    assert not User.objects.filter(email=cast.carol_client.email).exists()


@pytest.mark.parametrize("who", ["vera", "alice"])
def test_only_the_coach_changes_the_address_before_the_invitation(
    cast: Cast, visit: Visit, acting: Acting, who: str
) -> None:
    person = getattr(cast, who)
    with acting(cast.alice):
        forget_invitation(cast)
    visit(person).post(
        url(cast, "client_edit", cast.dave_client.pk), ANSWERS | {"email": "mine@people.example"}
    )
    with acting(person):
        assert cast.dave_client.reload().email == cast.dave.user.email
        with pytest.raises(clients.NotTheirCoach):
            clients.edit_client(
                client=cast.dave_client,
                by=person.membership,
                email="mine@people.example",
                now=timezone.now(),
            )


def _gives_a_new_address(person: Person, cast: Cast, visit: Visit) -> bool:
    """Whether they can put one of their own on Dave's record, who was never invited."""
    address = f"{person.membership.pk}@people.example"
    shown = visit(person).post(
        url(cast, "client_edit", cast.dave_client.pk), ANSWERS | {"email": address}
    )
    with scope(person.scope()):
        changed = bool(cast.dave_client.reload().email == address)
    assert changed or "Somebody else coached Dave before" in shown.content.decode()
    return changed


def _olga_comes(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        assignments.assign_coach(
            client=cast.dave_client,
            coach=cast.olga.membership,
            by=cast.alice.membership,
            now=timezone.now(),
        )


def test_a_coach_who_came_later_does_not_choose_where_the_portal_opens(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    """Else they would be sent the way in to all that the wall keeps from them."""
    with acting(cast.alice):
        forget_invitation(cast)
    _olga_comes(cast)
    assert not _gives_a_new_address(cast.olga, cast, visit)
    assert _gives_a_new_address(cast.bob, cast, visit)
    with acting(cast.alice):
        end_membership(membership=cast.bob.membership, now=timezone.now())
    assert not _gives_a_new_address(cast.olga, cast, visit)


def test_who_follows_on_somebody_who_never_was_corrects_the_address(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.alice):
        forget_invitation(cast)
    with scope(system_scope(cast.practice.pk)):
        row = CoachAssignment.objects.get(client=cast.dave_client)
        ended = row.started_on - timedelta(days=1)
        CoachAssignment.objects.filter(pk=row.pk).update(ended_on=ended)
    _olga_comes(cast)
    assert _gives_a_new_address(cast.olga, cast, visit)


def test_coaches_are_told_of_a_new_address_and_of_the_first_invitation(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.alice):
        forget_invitation(cast)
        assignments.assign_coach(
            client=cast.dave_client,
            coach=cast.olga.membership,
            by=cast.alice.membership,
            now=timezone.now(),
        )
    drain()
    mail.outbox.clear()
    with acting(cast.bob):
        clients.edit_client(
            client=cast.dave_client,
            by=cast.bob.membership,
            email="dave.new@people.example",
            now=timezone.now(),
        )
    assert sorted(sent_to()) == [
        (cast.dave.user.email, "Harbour no longer writes to this address"),
        (cast.olga.user.email, "The address of Dave Harbour was changed"),
    ]
    mail.outbox.clear()
    for _ in range(2):
        visit(cast.vera).post(url(cast, "client_invite", cast.dave_client.pk))
    invited = "Dave Harbour is invited to the portal"
    told = sent_to()
    assert (cast.bob.user.email, invited) in told
    assert (cast.olga.user.email, invited) in told
    assert len(told) == 3
    assert "dave.new@people.example" in mail.outbox[-1].body


def test_first_invitation_asks_for_the_signature_that_waited(
    cast: Cast, acting: Acting, hr: SponsorContact
) -> None:
    with acting(cast.alice):
        Client.objects.filter(pk=cast.carol_client.pk).update(membership=None)
    with acting(cast.bob):
        client = Client.objects.get(pk=cast.carol_client.pk)
        engagement = cast.carol_engagement.reload()
        disclosure.propose(engagement=engagement, level=1, contact=hr, now=timezone.now())
    assert cast.carol.user.email not in [to for to, _ in sent_to()]
    with acting(cast.bob):
        clients.invite_client(client=client, now=timezone.now())
    assert [to for to, _ in sent_to()].count(cast.carol.user.email) == 2


def test_nobody_assigns_themself_beside_the_present_coach(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.alice):
        make_coach_of(cast.alice, Role.OWNER, Role.COACH)
        for coach, by, refusal in (
            (cast.alice, cast.alice, assignments.TakesOver),
            (cast.olga, cast.olga, assignments.TakesOver),
            (cast.alice, cast.olga, assignments.MayNotAssign),
        ):
            with pytest.raises(refusal):
                assignments.assign_coach(
                    client=cast.carol_client,
                    coach=coach.membership,
                    by=by.membership,
                    now=timezone.now(),
                )
    place = url(cast, "client_coach", cast.carol_client.pk)
    answer = visit(cast.alice).post(place, {"coach": cast.alice.membership.pk})
    assert answer.status_code == 404


def test_client_and_coaches_are_told_who_coaches_now(cast: Cast, visit: Visit) -> None:
    place = url(cast, "client_coach", cast.carol_client.pk)
    visit(cast.alice).post(place, {"coach": cast.olga.membership.pk})
    others = "Olga Harbour now coaches Carol Harbour"
    assert sent_to() == [
        (cast.bob.user.email, others),
        (cast.carol.user.email, "Olga Harbour now coaches you"),
        (cast.olga.user.email, others),
    ]


def test_handing_over_moves_the_engagement_and_its_signature(
    cast: Cast, visit: Visit, acting: Acting, hr: SponsorContact
) -> None:
    place = url(cast, "client_coach", cast.carol_client.pk)
    visit(cast.bob).post(place, {"end": cast.bob.membership.pk})
    with acting(cast.bob):
        assert CoachAssignment.objects.filter(client=cast.carol_client, ended_on=None).exists()
        with pytest.raises(assignments.StillCoaching):
            assignments.end_assignment(
                client=cast.carol_client,
                coach=cast.bob.membership,
                by=cast.bob.membership,
                now=timezone.now(),
            )
        disclosure.propose(
            engagement=cast.carol_engagement, level=1, contact=hr, now=timezone.now()
        )
    visit(cast.bob).post(place, {"coach": cast.olga.membership.pk})
    visit(cast.bob).post(place, {"end": cast.bob.membership.pk})
    with acting(cast.olga):
        assert cast.carol_engagement.reload().coach_id == cast.olga.membership.pk
        assert AuditEvent.objects.filter(event="engagement.moved").exists()
    page = visit(cast.olga).get(url(cast, "disclosure", cast.carol_engagement.pk))
    assert page.context["may_sign"]
    assert (cast.olga.user.email, "Your signature: what Acme may see") in sent_to()
    record = url(cast, "client_edit", cast.carol_client.pk)
    assert visit(cast.bob).get(record).status_code == 404


def test_only_a_member_who_coaches_and_is_not_the_client_is_assigned(
    cast: Cast, acting: Acting
) -> None:
    with acting(cast.alice):
        Client.objects.filter(pk=cast.dave_client.pk).update(email=cast.olga.user.email)
        for client, coach in (
            (cast.carol_client, cast.vera),
            (cast.dave_client.reload(), cast.olga),
        ):
            with pytest.raises(assignments.NotACoach):
                assignments.assign_coach(
                    client=client,
                    coach=coach.membership,
                    by=cast.alice.membership,
                    now=timezone.now(),
                )


def test_people_of_a_company_belong_to_those_who_coach_there(
    cast: Cast, visit: Visit, hr: SponsorContact
) -> None:
    olga = visit(cast.olga)
    answers = {"kind": "sponsor", "name": "Olga", "email": "olga@private.example"}
    assert olga.post(url(cast, "contact_new", cast.acme.pk), answers).status_code == 404
    for name in ("contact_edit", "contact_invite", "contact_end_access"):
        assert olga.post(url(cast, name, hr.pk), answers).status_code == 404
    olga.post(url(cast, "sponsor_organisation_new"), {"name": "Halden"})
    with scope(cast.olga.scope()):
        halden = type(cast.acme).objects.get(name="Halden")
    assert olga.post(url(cast, "contact_new", halden.pk), answers).status_code == 302
    assert visit(cast.bob).get(url(cast, "contact_new", halden.pk)).status_code == 404


def test_hr_contact_of_a_shared_company_is_the_owners_to_add(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.alice):
        client = clients.add_client(
            name="Pia",
            email="pia@people.example",
            time_zone="UTC",
            coach=cast.olga.membership,
            now=timezone.now(),
        )
        engagement = cast.carol_engagement.reload()
        engagement.pk, engagement.client, engagement.coach = None, client, cast.olga.membership
        engagement._state.adding = True
        engagement.id = type(engagement)._meta.pk.get_default()
        engagement.save()
    answers = {"kind": "sponsor", "name": "Nils", "email": "nils@acme.example"}
    place = url(cast, "contact_new", cast.acme.pk)
    refused = visit(cast.olga).post(place, answers)
    assert "kind" in refused.context["form"].errors
    manager = visit(cast.olga).post(place, answers | {"kind": "stakeholder"})
    assert manager.status_code == 302
    owner = visit(cast.alice).post(place, answers | {"email": "hr@acme.example"})
    assert owner.status_code == 302


def test_address_of_somebody_who_works_here_is_no_contact(cast: Cast, visit: Visit) -> None:
    answers = {"kind": "stakeholder", "name": "Me", "email": cast.bob.user.email.upper()}
    answer = visit(cast.bob).post(url(cast, "contact_new", cast.acme.pk), answers)
    assert answer.status_code == 422
    assert "works in this practice" in str(answer.context["form"].errors["email"])


def test_access_of_a_contact_ends_and_opens_again(
    cast: Cast, visit: Visit, acting: Acting, hr: SponsorContact
) -> None:
    home = reverse("sponsor:home", args=[cast.practice.slug])
    assert visit(cast.sam).get(home).status_code == 200
    with acting(cast.bob):
        disclosure.propose(
            engagement=cast.carol_engagement, level=1, contact=hr, now=timezone.now()
        )
    visit(cast.bob).post(url(cast, "contact_end_access", hr.pk))
    assert visit(cast.sam).get(home).status_code == 404
    assert hr.email not in [to for to, _ in sent_to()]
    visit(cast.bob).post(url(cast, "contact_invite", hr.pk))
    assert visit(cast.sam).get(home).status_code == 200


def test_line_manager_is_taken_off_one_engagement(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        manager = SponsorContact.objects.get(membership=cast.stella.membership)
    place = url(cast, "contact_unlink", cast.carol_engagement.pk, manager.pk)
    assert visit(cast.olga).post(place).status_code == 404
    page = url(cast, "engagement", cast.carol_engagement.pk)
    assert place in visit(cast.bob).get(page).content.decode()
    visit(cast.bob).post(place)
    assert place not in visit(cast.bob).get(page).content.decode()
    with acting(cast.bob):
        assert AuditEvent.objects.filter(event="contact.unlinked").exists()
    assert visit(cast.bob).post(place).status_code == 404


def test_portal_closes_by_the_coach_or_an_owner(cast: Cast, visit: Visit) -> None:
    home = reverse("portal:home", args=[cast.practice.slug])
    place = url(cast, "client_end_access", cast.carol_client.pk)
    assert visit(cast.vera).post(place).status_code == 404
    record = url(cast, "client_edit", cast.carol_client.pk)
    assert "Close the portal to" in visit(cast.bob).get(record).content.decode()
    assert "Close the portal to" not in visit(cast.vera).get(record).content.decode()
    visit(cast.bob).post(place)
    assert visit(cast.carol).get(home).status_code == 404
    visit(cast.bob).post(url(cast, "client_invite", cast.carol_client.pk))
    assert visit(cast.carol).get(home).status_code == 200


@pytest.mark.parametrize("who", ["alice", "olga", "vera"])
def test_staff_who_are_clients_too_find_their_record_in_the_portal_alone(
    cast: Cast, visit: Visit, acting: Acting, who: str
) -> None:
    person = getattr(cast, who)
    with acting(cast.alice):
        Client.objects.filter(pk=cast.dave_client.pk).update(email=person.user.email.upper())
        CoachAssignment.objects.create(
            client=cast.dave_client,
            coach=cast.olga.membership,
            started_on=practice_day(),
        )
    browser = visit(person)
    for name, key in (
        ("client_edit", cast.dave_client.pk),
        ("client", cast.dave_client.pk),
        ("engagement", cast.dave_engagement.pk),
    ):
        assert browser.get(url(cast, name, key)).status_code == 404


@pytest.mark.parametrize("who", ["carol", "sam", "ines"])
def test_keys_of_the_wall_are_written_by_those_who_manage_clients(
    cast: Cast, acting: Acting, who: str
) -> None:
    with acting(getattr(cast, who)):
        for model in (Client, ClientKey):
            assert model.objects.exists()
            assert model.objects.update(practice_id=cast.practice.pk) == 0
        assert CoachAssignment.objects.exists()
        assert CoachAssignment.objects.update(ended_on=practice_day()) == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            CoachAssignment.objects.create(
                client=cast.carol_client,
                coach=cast.olga.membership,
                started_on=practice_day(),
            )
    with scope(system_scope(cast.practice.pk)):
        assert Client.objects.update(practice_id=cast.practice.pk)
