"""Who is in the demo world. Dates are days before (or after) today, so it never grows old."""

from dataclasses import dataclass

EXECUTIVE, CAREER = "executive", "career"
HALDEN, BRIGHTWATER = "Halden Robotics", "Brightwater Foods"


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """One client and how far the engagement has come.

    `started` is days ago (negative: still to come), None without an engagement; `level` is the
    disclosure level signed by all three, None closed; `waiting` who has signed an open proposal.
    """

    name: str
    email: str
    title: str
    coach: str
    organisation: str = ""
    program: str = EXECUTIVE
    started: int | None = 70
    level: int | None = None
    waiting: tuple[str, ...] = ()
    zone: str = "Europe/Berlin"
    is_invited: bool = True
    ended: str = ""
    books_ahead: bool = True


NORTHLIGHT_CLIENTS: tuple[ClientFacts, ...] = (
    ClientFacts(
        "Leyla Demir",
        "leyla.demir@halden.example",
        "Head of Platform",
        "maya",
        HALDEN,
        started=86,
        level=2,
    ),
    ClientFacts(
        "Sam O’Connor",
        "sam.oconnor@mail.example",
        "Product designer",
        "maya",
        program=CAREER,
        started=40,
        zone="Europe/Dublin",
    ),
    ClientFacts(
        "Claire Dubois",
        "claire.dubois@brightwater.example",
        "Head of People",
        "maya",
        BRIGHTWATER,
        started=55,
        level=1,
        zone="Europe/Paris",
    ),
    ClientFacts(
        "Henrik Sand",
        "henrik.sand@halden.example",
        "VP Operations",
        "maya",
        HALDEN,
        started=120,
        level=1,
        zone="Europe/Oslo",
    ),
    ClientFacts(
        "Priya Menon",
        "priya.menon@halden.example",
        "Director of Safety",
        "maya",
        HALDEN,
        started=28,
        waiting=("client",),
        zone="Europe/London",
    ),
    ClientFacts(
        "Jakub Nowak",
        "jakub.nowak@halden.example",
        "Engineering manager",
        "maya",
        HALDEN,
        started=150,
        level=3,
        zone="Europe/Warsaw",
    ),
    ClientFacts(
        "Amara Nwosu",
        "amara.nwosu@mail.example",
        "Founder",
        "maya",
        program=CAREER,
        started=63,
        zone="Africa/Lagos",
    ),
    ClientFacts(
        "Beatriz Campos",
        "beatriz.campos@brightwater.example",
        "Plant director",
        "maya",
        BRIGHTWATER,
        started=98,
        level=0,
        zone="Europe/Lisbon",
        books_ahead=False,
    ),
    ClientFacts(
        "Olaf Brandt",
        "olaf.brandt@brightwater.example",
        "CFO",
        "maya",
        BRIGHTWATER,
        started=12,
        waiting=("client", "sponsor"),
    ),
    ClientFacts(
        "Yuki Sato",
        "yuki.sato@halden.example",
        "Research lead",
        "maya",
        HALDEN,
        started=-10,
        zone="Asia/Tokyo",
    ),
    ClientFacts(
        "Nadia Rahimi",
        "nadia.rahimi@mail.example",
        "Lawyer",
        "maya",
        program=CAREER,
        started=190,
        ended="completed",
        zone="Europe/Amsterdam",
    ),
    ClientFacts(
        "Peter Wolff",
        "peter.wolff@mail.example",
        "Architect",
        "maya",
        program=CAREER,
        started=None,
        is_invited=False,
    ),
    ClientFacts(
        "Grace Adeyemi",
        "grace.adeyemi@brightwater.example",
        "Marketing director",
        "tomas",
        BRIGHTWATER,
        started=77,
        level=2,
        zone="America/New_York",
    ),
    ClientFacts(
        "Marcus Lee",
        "marcus.lee@mail.example",
        "Surgeon",
        "tomas",
        program=CAREER,
        started=33,
        zone="America/Chicago",
    ),
    ClientFacts(
        "Elena Petrova",
        "elena.petrova@halden.example",
        "General counsel",
        "tomas",
        HALDEN,
        started=105,
        level=1,
        zone="America/New_York",
    ),
    ClientFacts(
        "David Kim",
        "david.kim@halden.example",
        "Sales director",
        "tomas",
        HALDEN,
        started=49,
        zone="America/Los_Angeles",
    ),
    ClientFacts(
        "Rosa Delgado",
        "rosa.delgado@mail.example",
        "Headteacher",
        "tomas",
        program=CAREER,
        started=21,
        zone="America/Bogota",
    ),
    ClientFacts(
        "Tom Fletcher",
        "tom.fletcher@brightwater.example",
        "Supply chain lead",
        "tomas",
        BRIGHTWATER,
        started=84,
        level=1,
        zone="America/Toronto",
        books_ahead=False,
    ),
    ClientFacts(
        "Aisha Karim",
        "aisha.karim@mail.example",
        "Consultant",
        "tomas",
        program=CAREER,
        started=70,
        ended="closed",
        zone="America/New_York",
    ),
    ClientFacts(
        "Lukas Meier",
        "lukas.meier@halden.example",
        "Quality lead",
        "tomas",
        HALDEN,
        started=182,
        level=1,
        ended="completed",
        zone="Europe/Zurich",
    ),
    ClientFacts(
        "Sofia Lindgren",
        "sofia.lindgren@mail.example",
        "Choir director",
        "tomas",
        program=CAREER,
        started=8,
        zone="Europe/Stockholm",
    ),
    ClientFacts(
        "Ben Carter",
        "ben.carter@brightwater.example",
        "Plant manager",
        "tomas",
        BRIGHTWATER,
        started=5,
        zone="America/Denver",
    ),
    ClientFacts(
        "Mei Chen",
        "mei.chen@mail.example",
        "Data scientist",
        "tomas",
        program=CAREER,
        started=None,
        zone="America/Vancouver",
    ),
    ClientFacts(
        "Ivan Horvat",
        "ivan.horvat@mail.example",
        "Journalist",
        "tomas",
        program=CAREER,
        started=None,
        is_invited=False,
        zone="Europe/Zagreb",
    ),
)
KESTREL_CLIENTS: tuple[ClientFacts, ...] = (
    ClientFacts(
        "Oona Brady",
        "oona.brady@mail.example",
        "Hotel manager",
        "kestrel",
        program=CAREER,
        started=45,
        zone="Europe/Dublin",
    ),
    ClientFacts(
        "Rafael Ortiz",
        "rafael.ortiz@mail.example",
        "Composer",
        "tomas",
        program=CAREER,
        started=30,
        zone="America/New_York",
    ),
    ClientFacts(
        "Wanda Zielinska",
        "wanda.zielinska@mail.example",
        "Pharmacist",
        "kestrel",
        program=CAREER,
        started=15,
        zone="Europe/Warsaw",
    ),
)
