"""The programs that a new practice can start with, in words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Text = str | Promise


@dataclass(frozen=True, slots=True)
class StarterSession:
    """`week` counts from the start of the phase, from 0."""

    week: int
    title: Text
    intent: Text
    prompts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class StarterPhase:
    name: Text
    purpose: Text
    weeks: int
    sessions: tuple[StarterSession, ...]


@dataclass(frozen=True, slots=True)
class StarterProgram:
    name: Text
    purpose: Text
    phases: tuple[StarterPhase, ...]


_GROUND = StarterPhase(
    _("Ground"),
    _("An honest starting point, and two or three goals that are worth six months."),
    8,
    (
        StarterSession(
            0,
            _("Where are you, really?"),
            _("You leave with a plain picture of today and one sentence about what has to change."),
            (
                _("What made this the right moment?"),
                _("If nothing changed by next year, what would that cost, and whom?"),
                _("What have you already tried, and what did it teach you?"),
                _("What do you want me to do when you go quiet?"),
            ),
        ),
        StarterSession(
            2,
            _("The role behind the title"),
            _("You know what only you can do in this role, and what you keep doing anyway."),
            (
                _("Which three decisions this month needed you, and which only found you?"),
                _("What does your manager think you are here for? How do you know?"),
                _("What did you do well in the last role that gets in the way in this one?"),
            ),
        ),
        StarterSession(
            4,
            _("What others see"),
            _("You have heard how you come across, and chosen what to take from it."),
            (
                _("Who benefits when you are at your best? What do they notice first?"),
                _("What would your team say about you if they knew that it would help?"),
                _("Which part of this surprises you, and which part did you expect?"),
            ),
        ),
        StarterSession(
            6,
            _("Goals in your own words"),
            _("Two or three goals in your words, with something one could see or count."),
            (
                _("How would somebody in the room know that it has happened?"),
                _("Where are you today, from one to ten, and what is already in that number?"),
                _("Which goal would you keep if you could keep only one?"),
                _("How should this goal be worded for your sponsor, if at all?"),
            ),
        ),
    ),
)
_PRACTISE = StarterPhase(
    _("Practise"),
    _("Small experiments in real weeks, looked at closely, then made a little harder."),
    12,
    (
        StarterSession(
            0,
            _("The first experiment"),
            _("You have one thing to do differently this fortnight, small enough to really do."),
            (
                _("What is the smallest version of this that would still teach you something?"),
                _("When exactly, and with whom?"),
                _("What will you say to yourself just before you fall back?"),
            ),
        ),
        StarterSession(
            2,
            _("Letting decisions land"),
            _("At least one real decision holds without you, and you know what that freed up."),
            (
                _("What happened in the room when you did not answer?"),
                _("If they do not need you for this, what do they need you for?"),
                _("What would you have to believe to leave it alone again?"),
            ),
        ),
        StarterSession(
            4,
            _("The conversation avoided"),
            _("You have rehearsed the conversation you put off, and set a date for it."),
            (
                _("What is the sentence you do not want to say?"),
                _("What do you fear will happen, and what is happening instead while you wait?"),
                _("What would make this easier for the other person to hear?"),
            ),
        ),
        StarterSession(
            6,
            _("Half way"),
            _("You see what has moved since the start, and change the goals that no longer fit."),
            (
                _("Read your first words aloud. What is different now?"),
                _("Which rating would a colleague give you today?"),
                _("What should we stop working on?"),
            ),
        ),
        StarterSession(
            8,
            _("Leading upwards"),
            _("You know what your manager and peers need, and have asked for what you need."),
            (
                _("What do they worry about that you could take away?"),
                _("What have you been waiting to be told that you could simply propose?"),
                _("Where do you agree too quickly?"),
            ),
        ),
        StarterSession(
            10,
            _("Under pressure"),
            _("You know your first signs of strain and have one way back that works in the room."),
            (
                _("Tell me about the last time the old way came back. What happened just before?"),
                _("What does your body know before you do?"),
                _("Who may tell you that it is happening, and in which words?"),
            ),
        ),
    ),
)
_SUSTAIN = StarterPhase(
    _("Sustain"),
    _("What has changed stays, because others rely on it and you know how to repair it."),
    6,
    (
        StarterSession(
            1,
            _("What has changed"),
            _("You can name what is different, with evidence from people other than you."),
            (
                _("What do people bring to you now that they did not bring before?"),
                _("Which change would survive a bad quarter?"),
                _("What is still more effort than habit?"),
            ),
        ),
        StarterSession(
            4,
            _("Closing well"),
            _("You leave with a next step, somebody who will ask about it, and a proper ending."),
            (
                _("What do you want to have kept a year from now?"),
                _("What will be the first sign that it is slipping, and what will you do then?"),
                _("Whom will you thank, and for what?"),
                _("What should I have asked and did not?"),
            ),
        ),
    ),
)
EXECUTIVE = StarterProgram(
    _("Executive coaching, six months"),
    _("For leaders in a bigger role. Twelve sessions over six months, in three phases."),
    (_GROUND, _PRACTISE, _SUSTAIN),
)

_TAKE_STOCK = StarterPhase(
    _("Take stock"),
    _("What you bring, what you want more of, and what you will no longer trade for it."),
    4,
    (
        StarterSession(
            0,
            _("The story so far"),
            _("You see the thread in what you have done, and what this change is really about."),
            (
                _("Which piece of work would you do again without being paid?"),
                _("What are you moving away from? What are you moving towards?"),
                _("Whose expectations are in the room with us?"),
            ),
        ),
        StarterSession(
            2,
            _("What matters now"),
            _("You have three conditions that the next step must meet, and one you can let go."),
            (
                _("Describe an ordinary Tuesday in two years that you would be glad to have."),
                _("What would you give up for it, and what not?"),
                _("Which of your strengths are you tired of?"),
            ),
        ),
    ),
)
_TRY_OUT = StarterPhase(
    _("Try out"),
    _("Two or three possibilities, tested in conversations before anything is decided."),
    6,
    (
        StarterSession(
            0,
            _("Three possibilities"),
            _("You have three directions that you could defend, and a person to ask about each."),
            (
                _("What would you try if it could not look foolish?"),
                _("Who already lives a version of this, and what would you ask them?"),
                _("What would tell you quickly that it is not for you?"),
            ),
        ),
        StarterSession(
            2,
            _("What you found out"),
            _("You know which direction gained energy, which lost it, and the next test to make."),
            (
                _("What did you hear that you did not expect?"),
                _("Where did you notice yourself leaning in?"),
                _("Which assumption was wrong?"),
            ),
        ),
        StarterSession(
            4,
            _("Your case in your own voice"),
            _("You can say in two minutes what you offer, to whom, and why now."),
            (
                _("Tell it to me as you would to a friend. Now to somebody who must say yes."),
                _("What do you leave out because it comes easily to you?"),
                _("What is the question you hope nobody asks?"),
            ),
        ),
    ),
)
_DECIDE = StarterPhase(
    _("Decide"),
    _("A decision with a date, and the first month of it planned."),
    3,
    (
        StarterSession(
            1,
            _("The next step"),
            _("You have decided, or decided when you will, and your first month has dates in it."),
            (
                _("If you had to choose today, what would you choose?"),
                _("What is the smallest step that cannot be taken back?"),
                _("Who will notice if you do not do it?"),
            ),
        ),
    ),
)
CAREER = StarterProgram(
    _("Career change, three months"),
    _("For people who pay for themselves and want to choose well. Six sessions, three phases."),
    (_TAKE_STOCK, _TRY_OUT, _DECIDE),
)
GALLERY = (EXECUTIVE, CAREER)
