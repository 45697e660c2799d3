"""Which questions are shown, what counts as an answer, and how a draft is changed: by tables."""

import pytest

from coachops.questionnaires.policies import editing
from coachops.questionnaires.policies.answers import (
    NotAnAnswer,
    Problem,
    missing,
    progress,
    read_typed,
    visible,
)
from coachops.questionnaires.policies.differences import Change, differences
from coachops.questionnaires.policies.editing import Flaw
from coachops.questionnaires.policies.questions import (
    Asks,
    Choice,
    Condition,
    Content,
    Question,
    Section,
)

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


def ask(key: str, kind: Asks = Asks.SHORT, **more: object) -> Question:
    if kind in {Asks.SINGLE, Asks.MULTIPLE, Asks.MATRIX}:
        more.setdefault("choices", YES_NO)
    return Question(key, kind, more.pop("label", key), **more)  # type: ignore[arg-type]


def sheet(*questions: Question) -> Content:
    return Content(sections=(Section("s", questions=questions),))


def keys(questions: tuple[Question, ...]) -> str:
    return " ".join(question.key for question in questions)


CHAIN = sheet(
    ask("a", Asks.SINGLE),
    ask("b", Asks.MULTIPLE, condition=Condition("a", "yes")),
    ask("c", required=True, condition=Condition("b", "no")),
    ask("d", Asks.SCALE, low=0, high=3),
    ask("e", condition=Condition("d", "0")),
    ask("f", Asks.LONG),
    ask("g", condition=Condition("f", "boss")),
)


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, "a d f"),
        ({"a": "no", "b": ["no"]}, "a d f"),
        ({"a": "yes"}, "a b d f"),
        ({"a": "yes", "b": ["yes"]}, "a b d f"),
        ({"a": "yes", "b": ["yes", "no"]}, "a b c d f"),
        ({"d": 0}, "a d e f"),
        ({"d": 1}, "a d f"),
        ({"f": "My BOSS said"}, "a d f g"),
        ({"f": "nobody"}, "a d f"),
    ],
)
def test_what_is_shown_follows_what_was_answered(answers: dict, shown: str) -> None:
    assert keys(visible(CHAIN, answers)) == shown


def test_whoever_depends_on_a_hidden_question_is_hidden_and_never_missing() -> None:
    assert missing(CHAIN, {"a": "no", "b": ["no"]}) == ()
    assert keys(missing(CHAIN, {"a": "yes", "b": ["no"]})) == "c"


def test_questions_that_depend_on_each_other_are_never_shown_and_cannot_be_published() -> None:
    circle = sheet(
        ask("a", condition=Condition("b", "x")), ask("b", condition=Condition("a", "x")), ask("c")
    )
    assert keys(visible(circle, {"a": "x", "b": "x"})) == "c"
    assert {flaw for _key, flaw in editing.flaws(circle)} == {Flaw.CIRCLE}


def test_a_question_is_offered_only_conditions_that_do_not_go_round() -> None:
    chain = sheet(ask("a"), ask("b", condition=Condition("a", "x")), ask("c"), ask("f", Asks.FILE))
    assert keys(editing.deciders(chain, "a")) == "c"
    assert keys(editing.deciders(chain, "c")) == "a b"


def test_progress_counts_only_what_is_shown_and_a_table_only_when_it_is_full() -> None:
    table = ask("m", Asks.MATRIX, rows=(Choice("r1", "1"), Choice("r2", "2")))
    content = sheet(ask("a", Asks.SINGLE), ask("b", condition=Condition("a", "yes")), table)
    assert progress(content, {"a": "no", "b": "left over", "m": {"r1": "yes"}}) == (1, 2)
    assert progress(content, {"a": "yes", "m": {"r1": "yes", "r2": "no"}}) == (2, 3)


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        (ask("q"), ["  a   line "], "a line"),
        (ask("q", Asks.LONG), ["two\r\nlines"], "two\nlines"),
        (ask("q", Asks.SCALE, low=0, high=10), ["0"], 0),
        (ask("q", Asks.SINGLE), ["yes"], "yes"),
        (ask("q", Asks.MULTIPLE), ["no", "yes"], ["yes", "no"]),
        (ask("q", Asks.MULTIPLE), [], []),
        (ask("q", Asks.DATE), ["2026-02-28"], "2026-02-28"),
        (ask("q", Asks.MATRIX, rows=(Choice("r", "R"),)), {"r": "no"}, {"r": "no"}),
        (ask("q", Asks.SINGLE), [""], ""),
    ],
)
def test_typed_becomes_an_answer(question: Question, typed: object, answer: object) -> None:
    assert read_typed(question, typed) == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "typed", "problem"),
    [
        (ask("q"), ["x" * 301], Problem.TOO_LONG),
        (ask("q", Asks.LONG), ["x" * 1_000_000], Problem.TOO_LONG),
        (ask("q", Asks.SCALE), ["11"], Problem.NOT_ON_THE_SCALE),
        (ask("q", Asks.SCALE), ["²"], Problem.NOT_ON_THE_SCALE),
        (ask("q", Asks.SCALE), ["--5"], Problem.NOT_ON_THE_SCALE),
        (ask("q", Asks.SCALE), ["9" * 500], Problem.NOT_ON_THE_SCALE),
        (ask("q", Asks.SINGLE), ["maybe"], Problem.NOT_A_CHOICE),
        (ask("q", Asks.MULTIPLE), ["yes", "x"], Problem.NOT_A_CHOICE),
        (ask("q", Asks.DATE), ["31.2.2026"], Problem.NOT_A_DATE),
        (ask("q", Asks.DATE), ["2026-02-31"], Problem.NOT_A_DATE),
        (ask("q", Asks.MATRIX, rows=(Choice("r", "R"),)), {"x": "no"}, Problem.NOT_A_CHOICE),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_answer_is_named(question: Question, typed: object, problem: Problem) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        read_typed(question, typed)  # type: ignore[arg-type]
    assert refused.value.problem == problem


TWO = Content(
    sections=(
        Section("s1", questions=(ask("a"), ask("b", condition=Condition("a", "x")))),
        Section("s2", questions=(ask("c"),)),
    )
)


def order(content: Content) -> str:
    return " | ".join(keys(section.questions) for section in content.sections)


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        (editing.move_question(TWO, "b", -1), "b a | c"),
        (editing.move_question(TWO, "b", 1), "a | b c"),
        (editing.move_question(TWO, "c", -1), "a b c | "),
        (editing.move_question(TWO, "a", -1), "a b | c"),
        (editing.move_question(TWO, "c", 1), "a b | c"),
        (editing.move_question(TWO, "gone", 1), "a b | c"),
        (editing.copy_question(TWO, "a", new_key="z"), "a z b | c"),
        (editing.remove_question(TWO, "a"), "b | c"),
        (editing.remove_section(TWO, "s1"), "c"),
        (editing.move_section(TWO, "s1", 1), "c | a b"),
        (editing.put_question(TWO, "s2", ask("n")), "a b | c n"),
        (editing.arrange(TWO, [("s2", "a"), ("s2", "c"), ("s1", "b")]), "b | a c"),
        (editing.arrange(TWO, [("s2", "b"), ("s9", "a"), ("s1", "x")]), "a | b c"),
    ],
)
def test_each_step_puts_questions_where_they_belong(changed: Content, result: str) -> None:
    assert order(changed) == result


def test_what_depended_on_a_question_that_was_taken_away_is_always_shown() -> None:
    left = editing.remove_question(TWO, "a").question("b")
    assert left is not None
    assert left.condition is None


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (Content(), Flaw.EMPTY),
        (sheet(ask("a", label=" ")), Flaw.NO_LABEL),
        (sheet(ask("a", Asks.SINGLE, choices=(Choice("x", "X"),))), Flaw.FEW_CHOICES),
        (sheet(ask("a", Asks.MATRIX)), Flaw.NO_ROWS),
        (sheet(ask("a", Asks.SCALE, low=5, high=5)), Flaw.NO_SCALE),
        (sheet(ask("a", condition=Condition("gone", "x"))), Flaw.DEPENDS_ON_NOTHING),
        (sheet(*(ask(f"q{n}") for n in range(81))), Flaw.TOO_MANY),
    ],
)
def test_a_flaw_keeps_a_draft_from_being_published(content: Content, flaw: Flaw) -> None:
    assert [found for _key, found in editing.flaws(content)] == [flaw]


def test_a_newer_version_says_what_it_changed() -> None:
    old = sheet(ask("a"), ask("b"), ask("c"), ask("d", Asks.SINGLE))
    new = sheet(ask("d", Asks.SINGLE, required=True), ask("a", label="A!"), ask("b"), ask("n"))
    found = [(each.change, each.label, each.was) for each in differences(old, new)]
    assert found == [
        (Change.CHANGED, "d", ""),
        (Change.REWORDED, "A!", "a"),
        (Change.ADDED, "n", ""),
        (Change.MOVED, "b", ""),
        (Change.REMOVED, "c", ""),
    ]


def test_content_comes_back_from_its_json_as_it_was() -> None:
    full = sheet(
        ask("a", Asks.MATRIX, rows=(Choice("r", "R"),), help="h", required=True, metric="m"),
        ask("b", Asks.SCALE, low=0, high=5, low_label="l", condition=Condition("a", "x")),
    )
    assert Content.from_json(full.as_json()) == full
