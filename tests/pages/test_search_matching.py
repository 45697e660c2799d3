"""How what was typed is compared: accents, capitals, one slip, and which of several comes first."""

import re
import unicodedata

import pytest
from django.db import connection

from coachops.pages.queries.search.matching import Wanted, fold, halved, misspelt, spelt
from coachops.pages.queries.search.words import around

SLIPS = ["lelya", "leila", "leyl", "leyyla", "eyla", "leylx", "elyla"]


@pytest.mark.parametrize("typed", SLIPS)
def test_one_slip_is_forgiven(typed: str) -> None:
    assert re.search(rf"\b{misspelt(typed)}", "leyla haddad")
    assert Wanted.typed(typed).score("Leyla Haddad") >= 0


@pytest.mark.parametrize("typed", ["lxyxa", "jonas", "haddon", "leylaaaa"])
def test_another_name_is_not_a_slip(typed: str) -> None:
    assert Wanted.typed(typed).score("Leyla Haddad") < 0


def test_short_words_are_not_guessed() -> None:
    assert Wanted.typed("ab").score("Ada Bell") < 0
    assert not Wanted.typed("ada b").may_be_guessed


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("tomas", "Tomás Ferreira"),
        ("MULLER", "Jörg Müller"),
        ("lukasz", "Łukasz"),
        ("ost", "Østby"),
        ("straus", "Johann Strauß"),
        ("ilker", "İlker"),
    ],
)
def test_accents_and_capitals_do_not_matter(typed: str, name: str) -> None:
    assert Wanted.typed(typed).score(name) >= 2
    assert re.search(spelt(fold(typed)), fold(name))
    assert len(fold(name)) == len(name)


@pytest.mark.django_db
def test_the_database_folds_names_as_the_search_does() -> None:
    signs = map(chr, (*range(0x20, 0x180), *range(0x391, 0x3A2), *range(0x410, 0x450)))
    letters = "".join(sign for sign in signs if sign.isalpha() or sign.isascii())
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.searchable(%s)", [letters])
        (folded,) = cursor.fetchone()
    assert folded.split() == re.findall(r"\w+", fold(letters))


@pytest.mark.django_db
def test_a_name_typed_letter_by_letter_and_mark_by_mark_is_the_same_name() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.searchable(%s)", [unicodedata.normalize("NFD", "Zoë-Anaïs_2")])
        assert cursor.fetchone() == (" zoe anais_2",)
    assert Wanted.typed(unicodedata.normalize("NFD", "ZOË")).words == ("zoe",)


def test_better_fits_come_first() -> None:
    names = ["Johanna Mann", "Annika Berg", "Ann Lee", "Carol Annesley", "Amn Doe"]
    wanted = Wanted.typed("ann")
    ranked = sorted((n for n in names if wanted.score(n) >= 0), key=lambda n: -wanted.score(n))
    assert ranked == ["Ann Lee", "Annika Berg", "Carol Annesley", "Johanna Mann"]
    wanted = Wanted.typed("lela")
    assert wanted.score("Leyla Demir") > wanted.score("Leadership team") >= 0


@pytest.mark.parametrize("typed", ["", " ", "%", "' OR 1=1 --", "\x00", "(((", ".*", "[[:alpha:]]"])
def test_nothing_that_is_typed_becomes_a_pattern(typed: str) -> None:
    for word in Wanted.typed(typed).words:
        assert re.fullmatch(r"\w+", word)
        re.compile(misspelt(word))


def test_much_is_cut_short() -> None:
    words = Wanted.typed("abcdefghij " * 1_000 + "x" * 10_000).words
    assert words == ("abcdefghij", "a")[: len(words)]
    assert Wanted.typed("x" * 10_000).words == ("x" * 30,)


def test_words_of_a_text_are_found_with_a_slip_in_either_half() -> None:
    text = fold("She let Mateo run the pricing decision alone. It held.")
    for typed in ("decison", "desision", "pricing decisoin", "mateo pricign"):
        assert Wanted.typed(typed).is_meant_in(text) >= 0, typed
    assert Wanted.typed("budget").is_meant_in(text) < 0


def test_found_words_stand_between_what_surrounds_them() -> None:
    words = "One. " * 20 + "The pricing\ndecision held. " + "Two. " * 40
    before, marked, after = around(words, words.index("decision"))
    assert marked == "decision"
    assert before.startswith("…")
    assert before.endswith("The pricing ")
    assert after.startswith(" held.")
    assert after.endswith("…")
    assert len(before) < 50
    assert len(after) < 90


@pytest.mark.parametrize("word", ["leyla", "jonas", "haddad", "maya"])
def test_every_slip_keeps_what_is_looked_for_first(word: str) -> None:
    slips = _slips(word)
    assert [slip for slip in slips if re.search(misspelt(word), slip)] == slips
    assert [slip for slip in slips if not re.search(halved(word), slip)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "others"), [("leyla", ["laura", "lxxla m"]), ("ab_cd", ["abxxcd"])]
)
def test_the_database_forgives_the_same_slips(word: str, others: list[str]) -> None:
    slips = _slips(word)
    (patterns,) = Wanted.typed(word).nearly_like()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE ' ' || name LIKE ANY (%s::text[])",
            [[*slips, *others], patterns],
        )
        found = [name for (name,) in cursor.fetchall()]
    assert found == slips


def _slips(word: str) -> list[str]:
    letters = "abcxyz"
    slips = {word[:i] + word[i + 1 :] for i in range(len(word))}
    slips |= {word[:i] + each + word[i + 1 :] for i in range(len(word)) for each in letters}
    slips |= {word[:i] + each + word[i:] for i in range(len(word)) for each in letters}
    slips |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return sorted(slips)
