"""The people of the demo world, as a stranger may enter as them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to enter as; `tree` and `practice` say at which door."""

    handle: str
    name: str
    email: str
    tree: str
    practice: str
    what: str


NORTHLIGHT = "northlight"
KESTREL = "kestrel"

PEOPLE = (
    DemoPerson(
        "maya",
        "Maya Lindqvist",
        "maya@northlight.example",
        "coach",
        NORTHLIGHT,
        "Owns Northlight Coaching and coaches there. Start here.",
    ),
    DemoPerson(
        "leyla",
        "Leyla Demir",
        "leyla.demir@halden.example",
        "portal",
        NORTHLIGHT,
        "Maya’s client, paid for by Halden Robotics. Try it on a phone.",
    ),
    DemoPerson(
        "jonas",
        "Jonas Weber",
        "jonas.weber@halden.example",
        "sponsor",
        NORTHLIGHT,
        "HR at Halden Robotics: reads progress, never what was said.",
    ),
    DemoPerson(
        "noor",
        "Noor Haddad",
        "noor@northlight.example",
        "coach",
        NORTHLIGHT,
        "Assistant: runs the calendar and the paperwork, reads no content.",
    ),
    DemoPerson(
        "tomas",
        "Tomás Rivera",
        "tomas@northlight.example",
        "coach",
        NORTHLIGHT,
        "Coaches from New York, and also works for Kestrel & Co.",
    ),
    DemoPerson(
        "ines",
        "Ines Okafor",
        "ines@northlight.example",
        "coach",
        NORTHLIGHT,
        "Supervises the coaches; sees counts, no client.",
    ),
    DemoPerson(
        "sam",
        "Sam O’Connor",
        "sam.oconnor@mail.example",
        "portal",
        NORTHLIGHT,
        "A client who pays for the coaching himself: no sponsor anywhere.",
    ),
    DemoPerson(
        "elena",
        "Elena Petrova",
        "elena.petrova@halden.example",
        "portal",
        NORTHLIGHT,
        "Maya joins her coach Tomás: she is asked what passes on.",
    ),
    DemoPerson(
        "aiko",
        "Aiko Tanaka",
        "aiko.tanaka@halden.example",
        "sponsor",
        NORTHLIGHT,
        "Leyla’s line manager at Halden: sees Leyla’s engagement only.",
    ),
    DemoPerson(
        "claire",
        "Claire Dubois",
        "claire.dubois@brightwater.example",
        "sponsor",
        NORTHLIGHT,
        "HR at Brightwater Foods, and herself being coached.",
    ),
    DemoPerson(
        "kestrel",
        "Kit Marlowe",
        "kit@kestrel.example",
        "coach",
        KESTREL,
        "Owns the practice next door, Kestrel & Co: sees nothing of Northlight.",
    ),
)
BY_HANDLE = {person.handle: person for person in PEOPLE}
