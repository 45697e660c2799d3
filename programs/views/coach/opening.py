"""Opening an engagement from a program."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clients.access import (
    client_for_member,
    company_rights,
    contact_for_member,
    organisation_for_member,
    today_in,
    unit_at,
)
from clients.models import Client, Engagement, SponsorContact
from clients.queries.clients import CoachFacts, coaches_of
from clients.queries.sponsors import contact_choices, organisation_choices
from clients.queries.units import unit_choices
from clients.services.clients import EmailTaken
from clients.services.sponsors import NameTaken, StaffAddress
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.access import published_version
from programs.forms import STARTER, Choices, EngagementForm, ProgramChoice
from programs.models import ProgramVersion
from programs.policies import EngagementRefused
from programs.queries.programs import program_cards
from programs.queries.refusals import REFUSALS
from programs.services.gallery import GALLERY
from programs.services.opening import (
    NewContact,
    Order,
    SponsorSide,
    open_ordered,
    starter_version,
)

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def engagement_new(request: PracticeRequest, client_pk: UUID) -> HttpResponse:
    """One page; asked again by htmx when the company changes, to show that company's people."""
    client = client_for_member(request, client_pk)
    coaches = coaches_of([client.pk], today_in(request)).get(client.pk, ())
    form = _form(request, client, coaches)
    if request.method == "POST" and form.is_valid():
        engagement = _opened(form, client) if _may_name_hr(request, form) else None
        if engagement is not None:
            messages.success(
                request,
                _("%(title)s with %(name)s is open.")
                % {"title": engagement.title, "name": client.name},
            )
            return redirect("coach:engagement", request.practice.slug, engagement.pk)
    return render_page(
        request,
        "programs/coach/engagement_new.html",
        {"active": "clients", "client": client, "form": form, "has_coaches": bool(coaches)},
        partials={"sponsor-part"},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _form(
    request: PracticeRequest, client: Client, coaches: tuple[CoachFacts, ...]
) -> EngagementForm:
    mine = [each for each in coaches if each.id == request.membership.pk]
    choices = Choices(
        programs=_programs(),
        coaches=[*mine, *(each for each in coaches if each not in mine)],
        organisations=organisation_choices(),
        contacts=contact_choices(
            client_email=client.email, organisation_id=_organisation_asked(request)
        ),
        units=unit_choices(_organisation_asked(request)),
    )
    if request.method == "POST":
        return EngagementForm(request.POST, choices=choices)
    typed = {name: value for name, value in request.GET.items() if name != "managers"}
    initial = {"starts_on": today_in(request), **typed}
    return EngagementForm(
        initial={**initial, "managers": request.GET.getlist("managers")}, choices=choices
    )


def _organisation_asked(request: PracticeRequest) -> UUID | None:
    """The company chosen so far, when only its people are to be shown."""
    try:
        return UUID(request.GET.get("organisation", ""))
    except ValueError:
        return None


def _programs() -> list[ProgramChoice]:
    """The practice's programs; before there are any, the starter programs."""
    cards = program_cards()
    if not cards:
        return [
            ProgramChoice(f"{STARTER}{place}", str(each.name), str(each.purpose))
            for place, each in enumerate(GALLERY)
        ]
    return [
        ProgramChoice(str(card.version_id), card.name, _explained(card.sessions, card.weeks))
        for card in cards
    ]


def _explained(sessions: int, weeks: int) -> str:
    counted = ngettext("%(number)d session", "%(number)d sessions", sessions)
    return _("%(sessions)s over %(weeks)d weeks") % {
        "sessions": counted % {"number": sessions},
        "weeks": weeks,
    }


def _opened(form: EngagementForm, client: Client) -> Engagement | None:
    """The new engagement; None with the reason in the form."""
    try:
        return open_ordered(order=_order(form, client), now=timezone.now())
    except EngagementRefused as refused:
        form.add_error(None, str(REFUSALS[refused.reason]))
    except NameTaken:
        form.add_error("new_organisation", _("That company is in the list. Choose it there."))
    except EmailTaken:
        form.add_error(None, _("Somebody at the company has that address. Choose them instead."))
    except StaffAddress as refused:
        words = _("Somebody who works in this practice has this address. Use another.")
        is_manager = form.cleaned_data["new_manager_email"].lower() == refused.email
        form.add_error("new_manager_email" if is_manager else "new_contact_email", words)
    return None


def _may_name_hr(request: PracticeRequest, form: EngagementForm) -> bool:
    """False with the reason in the form: a new HR contact would see other coaches' clients too."""
    given = form.cleaned_data
    if given["payer"] != Engagement.Payer.SPONSOR or not given["new_contact_email"]:
        return True
    if not given["organisation"]:
        return True
    organisation = organisation_for_member(given["organisation"])
    if not company_rights(request, organisation).is_shared:
        return True
    words = _("Others coach at this company too. Ask an owner of the practice to add this person.")
    form.add_error("new_contact_email", words)
    return False


def _order(form: EngagementForm, client: Client) -> Order:
    given = form.cleaned_data
    is_sponsored = given["payer"] == Engagement.Payer.SPONSOR
    return Order(
        client=client,
        coach=Membership.objects.select_related("practice").get(pk=given["coach"]),
        version=_version(given["version"]),
        starts_on=given["starts_on"],
        sessions=given["sessions"],
        sponsor=_sponsor_side(form) if is_sponsored else None,
    )


def _version(key: str) -> ProgramVersion:
    if key.startswith(STARTER):
        return starter_version(position=int(key.removeprefix(STARTER)), now=timezone.now())
    return published_version(UUID(key))


def _sponsor_side(form: EngagementForm) -> SponsorSide:
    given = form.cleaned_data
    known = [key for key in [given["contact"], *given.get("managers", [])] if key]
    kinds = {
        "contact": SponsorContact.Kind.SPONSOR,
        "manager": SponsorContact.Kind.STAKEHOLDER,
    }
    return SponsorSide(
        organisation=organisation_for_member(given["organisation"])
        if given["organisation"]
        else None,
        new_organisation=given["new_organisation"],
        contacts=tuple(contact_for_member(key) for key in known),
        new_contacts=tuple(
            NewContact(kind, given[f"new_{who}_name"], given[f"new_{who}_email"])
            for who, kind in kinds.items()
            if given[f"new_{who}_email"]
        ),
        report_every_days=given["report_every_days"],
        unit=unit_at(given["unit"]) if given.get("unit") else None,
    )
