"""Which words return in what somebody said and wrote. Counting alone: nothing is judged."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

SHORTEST = 4
# In as many texts, of different days, a word has returned.
RETURNS = 2
MOST_WORDS = 24

_WORDS = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCES = re.compile(r"(?<=[.!?…])[\s”\"]+|\n+")
_MARKS = re.compile(r"^[\s>#*+-]+|[*_`]+")

# Words that carry no subject, by language. Texts do not say theirs, so all of them count.
STOP_WORDS = {
    "en": """about above after again against almost along already also although always among another
        anybody anyone anything around asked away back became because become been before began being
        below between both came cannot come comes coming could couldn't didn't does doesn't doing
        done don't down during each either else enough even ever every everybody everyone everything
        feel feels felt find first five four from getting give given goes going gone good great have
        haven't having here hers herself himself however i'd i'll i'm i've instead into isn't it's
        itself just keep kept knew know last less let's like little long look made make makes making
        many maybe mean might mine more most much must myself need needs neither never next nobody
        none nothing often once only other others ourselves over perhaps please quite rather really
        said same saying says seem seems several shall she's should shouldn't since some somebody
        someone something sometimes soon still such take taken takes than that that's their theirs
        them themselves then there there's these they they're thing things think this those though
        three through thus till time times today together told tomorrow took towards under until
        upon very want wanted wants wasn't week weeks well went were what what's whatever when where
        whether which while whom whose will with within without won't would wouldn't yesterday your
        yours yourself you're you've month months year years days
        seven eight nine seems""",
    "de": """aber alle allem allen aller alles also andere anderen auch beim bereits bist dann daran
        darauf darüber dass dein deine dem den denn der deren des dich dies diese diesem diesen
        dieser dieses doch dort durch eben eher eigentlich eine einem einen einer eines einfach
        einmal etwas euch euer für gegen gibt habe haben hast hatte hatten hier ihnen ihre ihrem
        ihren ihrer immer jede jedem jeden jeder jedes jetzt kann kannst kein keine keinem keinen
        keiner können könnte machen machte man manche mehr mein meine meinem meinen meiner mich mir
        möchte muss müssen nach nicht nichts noch nur oder ohne schon sehr sein seine seinem seinen
        seiner seit sich sich sind soll sollte sondern sonst über und uns unser unsere unter viel
        viele vom von vor wann war waren warum was weil weiter welche wenn werde werden wieder will
        wird wirklich wollen worden wurde wurden zum zur zwischen heute morgen gestern woche wochen
        monat jahr""",
    "fr": """ainsi alors après assez aucun aussi autre autres avait avant avec avoir beaucoup bien
        cela celle celui cette ceux chaque chez chose choses comme comment dans depuis deux devant
        dire doit donc elle elles encore entre était être faire fait fois leur leurs lorsque lors
        mais même mêmes moins mon notre nous parce parfois pendant peut plus plusieurs pour pourquoi
        quand quel quelle quelque quelques rien sans sera serait seulement soit sont souvent sous
        suis tous tout toute toutes très trop votre vous vraiment semaine mois année aujourd'hui""",
}
_STOP = frozenset(word for words in STOP_WORDS.values() for word in words.split())
_ENDINGS = ("ingly", "ments", "ings", "ness", "ment", "ing", "ies", "ied", "ed", "es", "ly", "en",
            "er", "s", "e", "n", "y")  # fmt: skip
STEM = 4


def stem(word: str) -> str:
    """`deciding`, `decided` and `decides` are one word: the beginning they share, roughly."""
    small = word.lower().replace("’", "'").removesuffix("'s")
    for ending in _ENDINGS:
        if small.endswith(ending) and len(small) - len(ending) >= STEM:
            return small.removesuffix(ending).removesuffix(small[-len(ending) - 1] * 2)
    return small


def is_plain(word: str) -> bool:
    """Whether the word says nothing about what was talked of."""
    small = word.lower().replace("’", "'")
    return len(small) < SHORTEST or small in _STOP


def sentences(text: str) -> list[str]:
    """A Markdown text in sentences, without its marks."""
    found = (_MARKS.sub("", part).strip() for part in _SENTENCES.split(text))
    return [part for part in found if part]


@dataclass(frozen=True, slots=True)
class Text[Source]:
    """Something written, when, and where it stands."""

    source: Source
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Mention[Source]:
    """A sentence with the word in the middle."""

    source: Source
    at: datetime
    before: str
    word: str
    after: str


@dataclass(slots=True)
class Returning[Source]:
    """A word, by the form that is used mostly, with a sentence of each text, the latest first."""

    forms: Counter[str] = field(default_factory=Counter)
    mentions: list[Mention[Source]] = field(default_factory=list)

    @property
    def word(self) -> str:
        return self.forms.most_common(1)[0][0]

    @property
    def texts(self) -> int:
        return len(self.mentions)

    @property
    def first_at(self) -> datetime:
        return self.mentions[-1].at

    @property
    def last_at(self) -> datetime:
        return self.mentions[0].at

    @property
    def has_returned(self) -> bool:
        return len({mention.at.date() for mention in self.mentions}) >= RETURNS


def returning_words[Source](
    texts: Iterable[Text[Source]], *, ignore: Iterable[str] = ()
) -> list[Returning[Source]]:
    """The words that return most, with where. `ignore`: names of the people who speak."""
    ignored = {stem(name) for name in ignore}
    found: dict[str, Returning[Source]] = {}
    for text in sorted(texts, key=lambda each: each.at, reverse=True):
        in_this: set[str] = set()
        for sentence, met in _words(text.words):
            root = stem(met.group())
            if root in ignored:
                continue
            entry = found.setdefault(root, Returning())
            entry.forms[met.group().lower()] += 1
            if root not in in_this:
                in_this.add(root)
                entry.mentions.append(_mention(text, sentence, met))
    again = [entry for entry in found.values() if entry.has_returned]
    again.sort(key=lambda entry: (-entry.texts, -entry.last_at.timestamp(), entry.word))
    return again[:MOST_WORDS]


def _words(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for sentence in sentences(text):
        for met in _WORDS.finditer(sentence):
            if not is_plain(met.group()):
                yield sentence, met


def _mention[Source](text: Text[Source], sentence: str, met: re.Match[str]) -> Mention[Source]:
    return Mention(
        text.source, text.at, sentence[: met.start()], met.group(), sentence[met.end() :]
    )
