"""What somebody typed, and how well something fits it: accents, capitals and one slip forgiven."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

LONGEST_TEXT, MOST_WORDS, LONGEST_WORD = 100, 6, 30
SHORTEST = 2
# Shorter words are too easily another word: a slip in them is not guessed.
SHORTEST_TO_GUESS = 4
WHOLE, FIRST, BEGINS, INSIDE, GUESSED_WHOLE, GUESSED = 4, 3, 2, 1, 0.5, 0

_LETTERS = re.compile(r"\w+")
# Letters that Unicode does not take apart, beside the plain ones that people type for them.
_ALIKE = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "\u0131": "i",
    "ß": "s",
    "æ": "a",
    "œ": "o",
    "þ": "t",
    "ð": "d",
}


def _variants() -> dict[str, str]:
    """Each plain letter with those that carry a mark: Latin as it is written in Europe."""
    found: dict[str, str] = {}
    for code in range(0xDF, 0x180):
        letter = chr(code)
        plain = _ALIKE.get(letter) or unicodedata.normalize("NFKD", letter)[0]
        if plain != letter and plain.isascii() and letter.islower():
            found[plain] = found.get(plain, "") + letter
    return found


_VARIANTS = _variants()
_MARKED = re.compile(f"[{''.join(_VARIANTS.values())}]")
_PLAIN = str.maketrans({mark: plain for plain, marks in _VARIANTS.items() for mark in marks})


def fold(text: str) -> str:
    """Small letters without marks, one for one, so that places in the text stay what they are."""
    if text.isascii():
        return text.lower()
    # The one letter that becomes two when it is made small.
    small = text.replace("İ", "I").lower()
    return small.translate(_PLAIN) if _MARKED.search(small) else small


def _letter(plain: str) -> str:
    """A letter with or without its marks, for a regular expression."""
    marks = _VARIANTS.get(plain)
    return f"[{plain}{marks}]" if marks else plain


def spelt(word: str) -> str:
    """A regular expression for the folded word, however it is accented."""
    return "".join(_letter(each) for each in word)


def _escaped(word: str) -> str:
    """For LIKE, where a low line is any letter."""
    return word.replace("_", r"\_")


def halved(word: str) -> str:
    """One for what every spelling of `misspelt` has in it, and which is found much quicker.

    A slip leaves one half of the word whole, or exchanges the two letters between them.
    """
    return f"(?:{'|'.join(spelt(each) for each in in_halves(word))})"


def in_halves(word: str) -> tuple[str, str, str]:
    """Both halves, and the word with the two letters between them exchanged."""
    middle = len(word) // 2
    first, second = word[:middle], word[middle:]
    return first, second, first[:-1] + second[0] + first[-1] + second[1:]


def misspelt(word: str) -> str:
    """One for the word with one slip: a letter more, fewer, or another, or two exchanged."""
    return f"(?:{'|'.join(_slips([_letter(each) for each in word], '.', ('.?',)))})"


def misspelt_like(word: str) -> list[str]:
    """The same for LIKE, of which many are tried in the time of one regular expression."""
    return _slips([_escaped(each) for each in word], "_", ("", "_"))


def _slips(letters: list[str], any_letter: str, instead: Sequence[str]) -> list[str]:
    """`instead`: what may stand for a letter that is missing or another."""
    join, size = "".join, len(letters)
    ways = [join([*letters[:i], each, *letters[i + 1 :]]) for i in range(size) for each in instead]
    ways += [join([*letters[:i], any_letter, *letters[i:]]) for i in range(size)]
    ways += [
        join([*letters[:i], letters[i + 1], letters[i], *letters[i + 2 :]]) for i in range(size - 1)
    ]
    return ways


@dataclass(frozen=True, slots=True)
class _Typo:
    word: str
    pattern: re.Pattern[str]

    @property
    def halves(self) -> tuple[str, str]:
        """One slip leaves one of them whole, unless it exchanges the two letters between them."""
        middle = len(self.word) // 2
        return self.word[:middle], self.word[middle:]


@dataclass(frozen=True)
class Wanted:
    """The words that were typed, folded."""

    words: tuple[str, ...]

    @classmethod
    def typed(cls, text: str) -> Self:
        """From whatever stands in the address; nothing in it can break a statement."""
        whole = unicodedata.normalize("NFC", text.replace("\x00", " ")[:LONGEST_TEXT])
        words = _LETTERS.findall(fold(whole))
        return cls(tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS])

    @property
    def is_enough(self) -> bool:
        return sum(len(word) for word in self.words) >= SHORTEST

    @property
    def may_be_guessed(self) -> bool:
        return any(len(word) >= SHORTEST_TO_GUESS for word in self.words)

    def without(self, others: Iterable[str]) -> Self:
        gone = set(others)
        return type(self)(tuple(word for word in self.words if word not in gone))

    def begins(self) -> list[str]:
        """A regular expression a word: it begins a word. For `~* ALL (...)`, as those below.

        They hold word characters and brackets alone, so they mean what they say.
        """
        return [rf"\y{spelt(word)}" for word in self.words]

    def holds(self) -> list[str]:
        """The word stands somewhere; a short one at the beginning of a word."""
        return [("" if len(word) > SHORTEST else r"\y") + spelt(word) for word in self.words]

    def holds_like(self) -> list[str]:
        """As `holds`, for LIKE, in folded words with a space before each."""
        return [
            f"%{_escaped(word)}%" if len(word) > SHORTEST else f"% {_escaped(word)}%"
            for word in self.words
        ]

    def begins_like(self) -> list[str]:
        """As `begins`, in the same way."""
        return [f"% {_escaped(word)}%" for word in self.words]

    def halves_like(self) -> list[list[str]]:
        """As `halves`, in the same way: one of these stands there, of each word."""
        return [
            [f"%{_escaped(half)}%" for half in in_halves(word)]
            for word in self.words
            if len(word) >= SHORTEST_TO_GUESS
        ]

    def nearly_like(self) -> list[list[str]]:
        """As `nearly`, in the same way: one of these stands there, of each word."""
        return [
            [f"% {each}%" for each in misspelt_like(word)]
            if len(word) >= SHORTEST_TO_GUESS
            else [f"% {_escaped(word)}%"]
            for word in self.words
        ]

    def nearly(self) -> list[str]:
        """The word begins a word, give or take a slip."""
        return [
            r"\y" + (misspelt(word) if len(word) >= SHORTEST_TO_GUESS else spelt(word))
            for word in self.words
        ]

    def halves(self) -> list[str]:
        """What stands wherever the word is `nearly`: to be looked for before it."""
        return [halved(word) for word in self.words if len(word) >= SHORTEST_TO_GUESS]

    @cached_property
    def _typos(self) -> tuple[_Typo, ...]:
        return tuple(
            _Typo(word, re.compile(rf"\b{misspelt(word)}"))
            for word in self.words
            if len(word) >= SHORTEST_TO_GUESS
        )

    def score(self, text: str) -> float:
        """How well a name fits; negative where a word is missing altogether."""
        names = _LETTERS.findall(fold(text))
        total = 0.0
        for word in self.words:
            best: float = max((_fit(word, name, n) for n, name in enumerate(names)), default=-1)
            if best < 0:
                best = self._guess(word, names)
            if best < 0:
                return -1
            total += best
        return total / max(len(self.words), 1)

    def _guess(self, word: str, names: Sequence[str]) -> float:
        """With one slip: a whole name (`lela`, Leyla) before how another begins (Leadership)."""
        patterns = [typo.pattern for typo in self._typos if typo.word == word]
        met = [(pattern, name) for pattern in patterns for name in names if pattern.match(name)]
        if any(pattern.fullmatch(name) for pattern, name in met):
            return GUESSED_WHOLE
        return GUESSED if met else -1

    def stands_in(self, text: str) -> bool:
        """Whether every word stands in a text that has been made small; the quick look."""
        return all(word in text for word in self.words)

    def is_meant_in(self, text: str) -> int:
        """Where in a folded text the first word stands, give or take a slip; -1 where it does not.

        Looks for a half of each word before it looks closer, which is what makes it cheap.
        """
        at = -1
        for word in self.words:
            found = text.find(word)
            if found < 0:
                found = self._slip(word, text)
            if found < 0:
                return -1
            at = found if at < 0 else at
        return at

    def _slip(self, word: str, text: str) -> int:
        for typo in self._typos:
            if typo.word == word and any(half in text for half in typo.halves):
                met = typo.pattern.search(text)
                return met.start() if met else -1
        return -1


def _fit(word: str, name: str, place: int) -> int:
    if word == name:
        return WHOLE
    if name.startswith(word):
        return BEGINS if place else FIRST
    return INSIDE if word in name else -1
