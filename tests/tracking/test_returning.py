"""Which words return: counted by their roots, without those that say nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from tracking.policies.returning import Text, is_plain, returning_words, sentences, stem

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _texts(*texts: str) -> list[Text[str]]:
    return [Text(f"text {n}", DAY + timedelta(days=n), words) for n, words in enumerate(texts)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("decide", "decided"),
        ("decides", "deciding"),
        ("meeting", "meetings"),
        ("delegated", "delegating"),
        ("planning", "planned"),
        ("Entscheidung", "entscheidung"),
        ("board’s", "board"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["about", "nicht", "is", "I’ll", "avec"])
def test_words_that_say_nothing_are_left_out(word: str) -> None:
    assert is_plain(word)


def test_word_of_two_days_returns_with_its_sentences() -> None:
    words = returning_words(
        _texts(
            "I want to **delegate** the pricing.\nThe rest can wait.",
            "She delegated it. It held!",
            "Nothing of the kind, only weather.",
        )
    )
    assert [entry.word for entry in words] == ["delegate"] or words[0].texts == 2
    entry = words[0]
    assert [mention.source for mention in entry.mentions] == ["text 1", "text 0"]
    said = entry.mentions[1]
    assert f"{said.before}{said.word}{said.after}" == "I want to delegate the pricing."
    assert (entry.first_at, entry.last_at) == (DAY, DAY + timedelta(days=1))


def test_word_said_often_on_one_day_has_not_returned() -> None:
    same_day = [Text("a", DAY, "Pricing, pricing."), Text("b", DAY, "Pricing again.")]
    assert returning_words(same_day) == []


def test_names_of_those_who_speak_are_no_pattern() -> None:
    texts = _texts("Leyla decided.", "Leyla decides.")
    assert [entry.word for entry in returning_words(texts, ignore=["Leyla"])] == ["decides"]


def test_sentences_lose_their_marks() -> None:
    assert sentences("# Head\n- one *two*. Three?\n\n> four") == [
        "Head",
        "one two.",
        "Three?",
        "four",
    ]
