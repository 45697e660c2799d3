"""Where the view of whoever organises ends, read from the table of who sees what."""

from dataclasses import dataclass

from django.utils.functional import Promise

from coachops.pages.queries.desk import Reader
from coachops.practices.policies import WHO_SEES_WHAT, Sight, Viewer
from coachops.practices.queries.who_sees_what import title_of

_CLOSED = frozenset({Sight.NO})
_IN_PART = frozenset({Sight.STATE, Sight.SUBJECT, Sight.COUNTS, Sight.ORGANISING, Sight.IF_ALLOWED})


@dataclass(frozen=True, slots=True)
class Boundary:
    """What one knows only the state of, and what one never sees."""

    in_part: tuple[Promise, ...]
    closed: tuple[Promise, ...]


def boundary_of(reader: Reader) -> Boundary | None:
    """None for coaches: here are the clients whom they coach."""
    if reader.is_coach:
        return None
    viewer = Viewer.OWNER if reader.is_owner else Viewer.ASSISTANT
    seen = [(rule.data, rule.for_viewer(viewer)) for rule in WHO_SEES_WHAT]
    return Boundary(
        in_part=tuple(title_of(data) for data, sight in seen if sight in _IN_PART),
        closed=tuple(title_of(data) for data, sight in seen if sight in _CLOSED),
    )
