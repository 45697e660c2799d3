"""A request takes as long at any depth of the server's calls."""

import resource

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from coachops.web.middleware import FrameRoomMiddleware

DEPTHS, CALLS = 120, 200


def _pieces_taken(depth: int) -> int:
    """How often memory was new while something is called again and again, so deep down."""
    if depth:
        return _pieces_taken(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _something()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _something() -> None:
    """Its frame is all that is wanted."""


def test_no_call_of_a_request_asks_for_memory_again_and_again(rf: RequestFactory) -> None:
    taken = []

    def answer(_request: HttpRequest) -> HttpResponse:
        taken.extend(_pieces_taken(depth) for depth in range(DEPTHS))
        return HttpResponse()

    FrameRoomMiddleware(answer)(rf.get("/"))
    assert max(taken) < CALLS / 2
