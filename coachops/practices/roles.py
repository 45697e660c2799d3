"""Roles and the functions they open. Content opens by assignment, never by role: `policies`."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    COACH = "coach"
    SUPERVISOR = "supervisor"
    ASSISTANT = "assistant"
    CLIENT = "client"
    DELEGATE = "delegate"
    SPONSOR = "sponsor"
    STAKEHOLDER = "stakeholder"


class Audience(StrEnum):
    """The three doors of the product; each has its own address tree."""

    STAFF = "staff"
    CLIENT = "client"
    SPONSOR = "sponsor"


ROLES_OF: dict[Audience, frozenset[Role]] = {
    Audience.STAFF: frozenset({Role.OWNER, Role.COACH, Role.SUPERVISOR, Role.ASSISTANT}),
    Audience.CLIENT: frozenset({Role.CLIENT, Role.DELEGATE}),
    Audience.SPONSOR: frozenset({Role.SPONSOR, Role.STAKEHOLDER}),
}


class Permission(StrEnum):
    """A function of the coach's dashboard."""

    USE_DASHBOARD = "use_dashboard"
    MANAGE_PRACTICE = "manage_practice"
    MANAGE_MEMBERS = "manage_members"
    SEE_MEMBERS = "see_members"
    SEE_CLIENTS = "see_clients"
    MANAGE_CLIENTS = "manage_clients"
    COACH_CLIENTS = "coach_clients"
    MANAGE_SCHEDULING = "manage_scheduling"
    PREPARE_REPORTS = "prepare_reports"
    SEE_ACCESS_LEDGER = "see_access_ledger"


_OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(
        {
            Permission.USE_DASHBOARD,
            Permission.MANAGE_PRACTICE,
            Permission.SEE_ACCESS_LEDGER,
            Permission.MANAGE_MEMBERS,
            Permission.SEE_MEMBERS,
            Permission.SEE_CLIENTS,
            Permission.MANAGE_CLIENTS,
            Permission.MANAGE_SCHEDULING,
        }
    ),
    Role.COACH: frozenset(
        {
            Permission.USE_DASHBOARD,
            Permission.SEE_MEMBERS,
            Permission.SEE_CLIENTS,
            Permission.MANAGE_CLIENTS,
            Permission.COACH_CLIENTS,
            Permission.SEE_ACCESS_LEDGER,
            Permission.MANAGE_SCHEDULING,
            Permission.PREPARE_REPORTS,
        }
    ),
    Role.SUPERVISOR: frozenset({Permission.USE_DASHBOARD, Permission.SEE_MEMBERS}),
    Role.ASSISTANT: frozenset(
        {
            Permission.USE_DASHBOARD,
            Permission.SEE_MEMBERS,
            Permission.SEE_CLIENTS,
            Permission.MANAGE_CLIENTS,
            Permission.MANAGE_SCHEDULING,
            Permission.PREPARE_REPORTS,
        }
    ),
}


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """Everything that any of these roles opens."""
    granted: set[Permission] = set()
    for role in roles:
        if role in _OF_ROLE:
            granted |= _OF_ROLE[Role(role)]
    return frozenset(granted)


def begins_at_desk(roles: Collection[str]) -> bool:
    """Whether somebody's day is what waits on others: an assistant who neither coaches nor owns."""
    return Role.ASSISTANT in roles and not {Role.COACH, Role.OWNER} & set(roles)
