"""What people in the demo world say and write. Made up, but as it might be said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoalTexts:
    """First words, a later wording with its reason, and the words for a sponsor.

    `title`: what the coach's assistant may call it, where the client lets them.
    """

    first: str
    later: str
    reason: str
    sponsor: str
    scores: tuple[int, ...]
    title: str = ""


LEYLA_GOALS: tuple[GoalTexts, ...] = (
    GoalTexts(
        "I want to stop being the person every decision waits for.",
        "My four leads decide up to fifty thousand euros without asking me.",
        "Made it countable in session three",
        "Delegating decisions to the platform leads",
        (3, 3, 4, 5, 5, 6),
        "Delegating",
    ),
    GoalTexts(
        "I present well. I don’t think I lead that room yet.",
        "I open the board meeting with our position, not with our slides.",
        "After the rehearsal for October’s board",
        "Leading board discussions on platform strategy",
        (4, 4, 5, 5, 6, 6),
    ),
    GoalTexts(
        "My daughter asked if my phone was my other child.",
        "Home by seven, phone in the hall, three nights a week.",
        "Two weeks out of three so far",
        "",
        (2, 3, 3, 5, 4, 5),
    ),
)
GOALS: tuple[GoalTexts, ...] = (
    GoalTexts(
        "I say yes in the meeting and regret it on the stairs.",
        "I answer requests the next morning, not in the room.",
        "It worked twice in one week",
        "Setting clearer priorities with other departments",
        (3, 4, 4, 6, 6, 7),
    ),
    GoalTexts(
        "I’d like my team to argue with me before the customer does.",
        "One dissenting view is heard before every decision of the team.",
        "We found the moment where they go quiet",
        "Building a team that challenges early",
        (4, 4, 5, 6, 6, 7),
    ),
    GoalTexts(
        "I know what I don’t want to do any more. That is all I know.",
        "By spring I have spoken to ten people who do work I might want.",
        "A question became a plan",
        "Exploring the next step within the company",
        (2, 3, 4, 4, 5, 6),
        "Next step",
    ),
    GoalTexts(
        "I lead people who know more than I do, and I pretend I don’t mind.",
        "I ask the expert first and say what I will do with the answer.",
        "After the budget review",
        "Leading specialists with confidence",
        (4, 5, 5, 5, 6, 7),
    ),
    GoalTexts(
        "Every conflict in the plant ends on my desk.",
        "Shift leads settle disputes among themselves; I hear of them on Fridays.",
        "Tried on one shift first",
        "Shift leads resolve conflicts on their own",
        (3, 3, 4, 5, 6, 6),
    ),
    GoalTexts(
        "I work until it is perfect, and then there is no evening left.",
        "I stop at good on three days a week and notice what happens.",
        "Nothing happened",
        "Working sustainably in a demanding role",
        (3, 4, 4, 5, 6, 6),
    ),
)
SUMMARIES: tuple[str, ...] = (
    (
        "We looked at where decisions get stuck. **Three of five** this week came back because nobody"
        " else felt allowed. The question for the next two weeks: who could have decided this without"
        " you, and what would they have needed?"
    ),
    (
        "The delegation held, also when it was uncomfortable. What helped:\n\n- saying the limit out"
        " loud\n- leaving the room\n- asking for one sentence afterwards\n\nWhat is open is what to do"
        " with the time it gave back."
    ),
    (
        "We rehearsed the opening of the meeting three times. The third began with the position and"
        " took forty seconds. The habit of apologising for good numbers has a name now."
    ),
    (
        "A quieter session. We went back to the first wording of the goal and found it still true, but"
        " smaller than what is going on. The new wording came in the last ten minutes."
    ),
    (
        "Two conversations were due and both took place. One was harder than expected and went better"
        " than feared. We noted what made the difference: it was said within a day."
    ),
    (
        "We sorted what is urgent from what is loud. Half of the list was loud. Agreed to let three"
        " things go on purpose and to watch who misses them."
    ),
)
REFLECTIONS: tuple[str, ...] = (
    (
        "I waited two days before stepping in. Nothing broke. I think I was more surprised than they"
        " were."
    ),
    "Somebody asked for my view and I gave them the question back. It was the better answer.",
    "On the train I noticed I had not opened my mail since six. It felt like forgetting a bag.",
    "The meeting went well and I still looked for what I did wrong. I want to talk about that.",
    "Told my deputy that I trust her with it. She said: I know, you said that last time too.",
    "Slept badly before the review. Wrote down the worst that could happen; it was two lines long.",
)
PRIVATE_REFLECTION = (
    "I do not know yet whether I want to stay in this job. I am not ready to say that aloud."
)
ACTIONS: tuple[str, ...] = (
    "Hand the pricing decision to the leads, in writing",
    "Sit out Monday’s review and note what I wanted to say",
    "Ask my manager what good looks like by February",
    "Draft the opening two minutes for the board",
    "Phone in the hall from seven, three evenings",
    "Speak to one person who has made the move",
    "Tell the team which three things we stop",
    "Ask for feedback from the two who disagreed",
)
NOTES: tuple[str, ...] = (
    "Comes in fast, slows down after ten minutes. Did not take the first silence away this time.",
    "Mentions the father again when authority comes up. Do not chase it; let it come.",
    "I talked too much in the middle third. Next time: one question, then wait.",
    "Strong resistance to the word ‘delegate’. Try her own word, ‘hand over’.",
)
NARRATIVE = (
    "The engagement is on course. The work has moved from understanding how decisions gather in"
    " one place to handing them over deliberately, and it is beginning to hold without reminders."
)
STATEMENT = (
    "Tell me what good looks like by February. I would rather aim at your picture than guess it."
)
