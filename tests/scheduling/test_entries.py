"""Events written quickly are the ones the library would have written."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduling.invitations.entries import Entry, event_of, event_text

START = datetime(2027, 6, 8, 10, tzinfo=UTC)
UID = "0197f3a2-5d1c-7c40-9d7e-3b1f6d2a9c55@coachops.example"
WORDS = st.one_of(st.text(max_size=90), st.sampled_from(["Meeting", "Phone, +49 30 1", "a;b\\n"]))


@settings(max_examples=60, deadline=None)
@given(title=WORDS, place=WORDS, is_cancelled=st.booleans())
@example(title="Meeting", place="", is_cancelled=False)
@example(title="x" * 60, place="y" * 61, is_cancelled=True)
@example(title=" two  spaces ", place="Straße 1", is_cancelled=False)
def test_event_text_is_the_event_byte_for_byte(title: str, place: str, is_cancelled: bool) -> None:
    entry = Entry(
        uid=UID,
        sequence=2,
        stamped_at=START,
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        title=title,
        place=place,
        is_cancelled=is_cancelled,
    )
    assert event_text(entry) == event_of(entry).to_ical(sorted=False)
