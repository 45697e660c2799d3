"""What an archive says about itself, to people."""

from typing import Final

README: Final = """\
This is a whole coaching practice, as CoachOps keeps it.

tables/     CSV for spreadsheet programs: clients, companies, engagements, sessions and so on.
calendar/   every session as iCalendar (RFC 5545).
data/       the same facts as JSON, one row a line, complete.
files/      documents; those that end in .bin are sealed.
sealed/     what was said in confidence: notes, reflections, goals, reports, and who read what.
            Nobody who carries this file can read it, its owner included. CoachOps opens it when
            the archive is imported into an empty practice, and then shows it to the same people
            as before.

manifest.json lists every file with its SHA-256. The format is described in the documentation of
CoachOps under "The format of archives"; this is version 2.
"""
