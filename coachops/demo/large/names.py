"""What people, companies and practices of the large world are called."""

_FIRST = """
Ada Amina Anton Bela Bruno Carla Cem Chiara Daniel Dina Elias Elif Emma Erik Fatima Felix Freya
Georg Hana Henry Ida Ilya Imran Ingrid Ivo Jana Jonah Karim Katja Lars Leo Lina Marta Milan Mina
Nadia Niklas Nora Olga Omar Paula Rafael Rosa Samir Sofia Theo Vera Yusuf
"""
_LAST = """
Abel Adler Bakker Baran Berg Bianchi Blum Costa Dahl Diaz Dunn Eriksen Fischer Fontaine Garcia
Gruber Haas Hansen Horvat Ibrahim Jansen Kaya Keller Kim Klein Kovacs Lang Larsen Lopez Maier Marino
Meyer Moreau Nagy Novak Okoye Olsen Petrov Quinn Rossi Sato Silva Sorensen Toth Ueda Vidal Wagner
Zeman
"""
FIRST, LAST = tuple(_FIRST.split()), tuple(_LAST.split())
COMPANIES = (
    "Alder Logistics",
    "Bergmann Optics",
    "Cobalt Energy",
    "Delta Foods",
    "Eastgate Bank",
    "Fjord Shipping",
    "Granite Insurance",
    "Harbour Medical",
    "Iris Software",
    "Juniper Hotels",
    "Kite Airlines",
    "Lumen Lighting",
    "Meridian Rail",
    "Nimbus Telecom",
    "Orchard Retail",
    "Pioneer Tools",
    "Quarry Cement",
    "River Water Works",
    "Summit Outdoor",
    "Tern Publishing",
)
JOBS = (
    "Head of Engineering",
    "Operations Manager",
    "Finance Director",
    "Product Lead",
    "Regional Manager",
    "Head of Quality",
    "Marketing Director",
    "Team Lead",
)
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Europe/Lisbon", "Europe/Helsinki")


def person(number: int) -> tuple[str, str]:
    """First and last name; the first 2,304 numbers give as many people."""
    last = number // len(FIRST) + 7 * number
    return FIRST[number % len(FIRST)], LAST[last % len(LAST)]


def firm(number: int) -> str:
    """The name of a practice."""
    one, other = LAST[number % len(LAST)], LAST[(number // len(LAST) + 11 * number + 5) % len(LAST)]
    return f"{one} & {other} Coaching" if one != other else f"{one} Coaching"
