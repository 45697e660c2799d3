"""Geometry at the edges: nothing, one point, all the same, gaps."""

import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from coachops.web import charts
from coachops.web.charts.geometry import Point, scale, smooth


def sessions(*states: str, rating: float | None = None) -> list[charts.ArcSession]:
    return [charts.ArcSession(f"day {i}", state, rating) for i, state in enumerate(states)]


def ys(path: str) -> list[float]:
    return [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path)]


def test_a_scale_without_width_answers_the_middle() -> None:
    assert scale(5, (5, 5), (0, 100)) == 50


@pytest.mark.parametrize("points", [[], [Point(1, 1)]])
def test_below_two_points_there_is_no_path(points: list[Point]) -> None:
    assert smooth(points) == ""


def test_a_path_never_overshoots_its_data() -> None:
    path = smooth([Point(0, 10), Point(10, 90), Point(20, 90), Point(30, 20)])
    assert min(ys(path)) >= 10
    assert max(ys(path)) <= 90


def test_equal_values_draw_a_level_line() -> None:
    assert len(set(ys(charts.spark([5, 5, 5]).path))) == 1


def test_a_spark_of_one_value_is_a_dot_at_the_end() -> None:
    chart = charts.spark([7])
    assert chart.path == ""
    assert chart.end is not None
    assert chart.end.x == chart.frame.end


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_spark_of_nothing_is_empty(values: list[float | None]) -> None:
    assert charts.spark(values).end is None


def test_missing_ratings_are_left_out_and_keep_their_place() -> None:
    chart = charts.line([1, None, 3], ["a", "b", "c"])
    assert [mark.value for mark in chart.marks] == [1, 3]
    assert [label.at for label in chart.labels] == [
        chart.marks[0].x,
        pytest.approx(chart.frame.middle, abs=0.1),
        chart.marks[1].x,
    ]


def test_a_line_of_nothing_still_has_its_grid() -> None:
    chart = charts.line([], [], axis=charts.Scale(0, 10, (0, 5, 10)))
    assert chart.end is None
    assert [tick.label for tick in chart.ticks] == [0, 5, 10]
    assert "Nothing yet" in render_to_string("charts/line.svg", {"c": chart, "label": "x"})


def test_a_line_of_zeros_stays_on_the_floor() -> None:
    chart = charts.line([0, 0], ["a", "b"], axis=charts.Scale(0, None, (0, 5)))
    assert {mark.y for mark in chart.marks} == {chart.frame.floor}


def test_evolve_draws_the_aim_only_when_there_is_one() -> None:
    assert charts.evolve([3], ["Aug"]).aim is None
    aim = charts.evolve([3], ["Aug"], 10).aim
    assert aim is not None
    assert aim.y == charts.EVOLVE.top


@pytest.mark.parametrize("phases", [[], [charts.ArcPhase("Arrive", 3)]])
def test_an_arc_without_sessions_is_only_its_phases(phases: list[charts.ArcPhase]) -> None:
    chart = charts.arc([], phases)
    assert (chart.nodes, chart.past, chart.future) == ((), "", "")
    assert len(chart.bands) == len(phases)


def test_one_session_is_one_point_without_a_line() -> None:
    chart = charts.arc(sessions("next"))
    assert len(chart.nodes) == 1
    assert chart.past == chart.future == ""


def test_planned_sessions_stay_level_with_the_last_rating() -> None:
    chart = charts.arc(
        [
            charts.ArcSession("a", "done", 4),
            charts.ArcSession("b", "done", 8),
            *sessions("next", "planned"),
        ]
    )
    assert chart.nodes[1].y == chart.nodes[2].y == chart.nodes[3].y
    assert chart.nodes[0].y > chart.nodes[1].y


def test_sessions_before_the_first_rating_do_not_invent_a_change() -> None:
    chart = charts.arc([*sessions("done"), charts.ArcSession("b", "done", 8)])
    assert chart.nodes[0].y == chart.nodes[1].y


@pytest.mark.parametrize("rating", [1, 10])
def test_the_lowest_and_highest_rating_stay_inside_the_frame(rating: int) -> None:
    chart = charts.arc(sessions("done", "done", rating=rating))
    assert all(chart.frame.top < node.y < chart.frame.floor for node in chart.nodes)


def test_without_a_next_session_the_thread_ends_at_the_last_one_held() -> None:
    chart = charts.arc(sessions("done", "missed", "planned"))
    assert chart.past
    assert chart.future.startswith(f"M{chart.nodes[1].x}")


def test_phases_know_what_is_over_and_what_is_now() -> None:
    chart = charts.arc(
        sessions("done", "next", "planned"),
        [charts.ArcPhase("A", 1), charts.ArcPhase("B", 1), charts.ArcPhase("C", 1)],
    )
    assert [band.state for band in chart.bands] == ["done", "current", "future"]


def test_a_phase_without_sessions_takes_no_room() -> None:
    chart = charts.arc(sessions("next"), [charts.ArcPhase("A", 0), charts.ArcPhase("B", 1)])
    assert [band.name for band in chart.bands] == ["B"]


def test_a_long_phase_name_is_cut_to_its_band() -> None:
    chart = charts.arc(
        sessions("next", *["planned"] * 11),
        [charts.ArcPhase("Finding your footing", 3), charts.ArcPhase("Practise", 9)],
        frame=charts.ARC_NARROW,
    )
    assert chart.bands[0].name.endswith("…")
    assert len(chart.bands[0].name) < 12


def test_labels_make_room_for_each_other_but_now_is_always_named() -> None:
    chart = charts.arc(sessions("done", "next", *["planned"] * 10), frame=charts.ARC_NARROW)
    named = [node for node in chart.nodes if node.label]
    assert "next" in {node.state for node in named}
    assert all(b.x - a.x >= 46 for a, b in pairwise(named))


def test_columns_of_nothing_draw_the_grid_alone() -> None:
    chart = charts.columns([], ticks=(0, 10))
    assert chart.stacks == ()
    assert len(chart.ticks) == 2


def test_columns_of_zeros_have_no_blocks() -> None:
    assert charts.columns([charts.Column("Aug", (0, 0))]).stacks[0].blocks == ()


def test_stacked_parts_do_not_leave_the_frame() -> None:
    chart = charts.columns(
        [charts.Column("Aug", (3, 2)), charts.Column("Sep", (20, 5))], ticks=(10,)
    )
    assert min(block.y for stack in chart.stacks for block in stack.blocks) >= chart.frame.top


@pytest.mark.parametrize(
    ("start", "now", "gain"),
    [(3, 7, "+4"), (5, 4.5, "\u22120.5"), (4, 4, "±0"), (None, 4, ""), (4, None, "")],
)
def test_a_gain_is_signed_and_needs_both_ratings(
    start: float | None, now: float | None, gain: str
) -> None:
    row = charts.dumbbell([charts.Comparison("Goal", start, now)]).rows[0]
    assert row.gain == gain
    assert (row.start_x is None) == (start is None)


def test_coordinates_keep_their_point_in_every_language() -> None:
    with translation.override("de"):
        drawn = render_to_string("charts/spark.svg", {"c": charts.spark([1, 2, 4])})
    assert not re.search(r'c[xy]="\d+,\d', drawn)


@pytest.mark.parametrize(
    "name", ["arc", "arc_thread", "spark", "line", "evolve", "columns", "dumbbell"]
)
def test_a_chart_without_data_still_renders_well_formed(name: str) -> None:
    empty = {
        "arc": charts.arc([]),
        "arc_thread": charts.arc([]),
        "spark": charts.spark([]),
        "line": charts.line([], []),
        "evolve": charts.evolve([], [], 8),
        "columns": charts.columns([]),
        "dumbbell": charts.dumbbell([]),
    }[name]
    drawn = render_to_string(f"charts/{name}.svg", {"c": empty, "label": "x", "alt": "x"})
    assert drawn.count("<svg") == drawn.count("</svg>") == 1
    assert 'd=""' not in drawn
    assert "None" not in drawn
