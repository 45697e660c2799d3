"""Tomas hands Grace over to Maya and asks her to join with Elena and Ivan, who has no portal; each
names the other."""

from datetime import datetime, timedelta
from typing import Final

from clients.models import Client, HandedOn, Handover
from clients.services.assignments import assign_coach
from clients.services.continuity import keep_will
from clients.services.handover import pass_on, save_brief, share_brief
from coachops.demo.world.cast import World, scope_of
from coachops.tenancy.scope import scope

HANDED_OVER: Final = "Grace Adeyemi"
NOT_SAID_YET: Final = "Elena Petrova"
BY_LINK: Final = "Ivan Horvat"
BRIEF: Final = """\
Grace leads marketing at Brightwater and came because her team waits for her word on everything.

What she works on, in her own words: decide less, and be asked less. Her first sentence was \
“I am the bottleneck and I am proud of it”; today she says it with a smile.

What helps: one experiment at a time, written down before we hang up. She likes to be asked “and \
what would your team say?”, and does not like models.

Agreed for the next weeks: the Monday meeting runs without her every second week. She wants to be \
asked how that felt, not only whether it worked."""
BRIEF_OF_ELENA: Final = """\
Elena is general counsel at Halden. She came with a sentence that still holds: “I know what I \
don’t want to do any more. That is all I know.”

What she works on: to ask the expert first and say what she will do with the answer, and to speak \
to ten people who do work she might want.

What helps: rehearse the first sentence, no more. She prepares too well and then waits for the \
right moment, which does not come.

Agreed: Maya joins for the second half, as somebody who has not heard the old stories."""
WORDS_OF_MAYA: Final = "Noor knows all addresses. Write first, then ring; nobody expects answers."
WORDS_OF_TOMAS: Final = "My clients are in five time zones, so please write before you ring."


def add_handover(world: World, now: datetime) -> None:
    """By the people who would do it."""
    maya, tomas = world.coaches["maya"], world.coaches["tomas"]
    names = (HANDED_OVER, NOT_SAID_YET, BY_LINK)
    grace, elena, ivan = (Client.objects.get(name=name) for name in names)
    with scope(scope_of(tomas)):
        for client, text in ((grace, BRIEF), (elena, BRIEF_OF_ELENA)):
            same = {"client": client, "by": tomas, "now": now - timedelta(days=2)}
            brief = save_brief(text=text, version=0, next_coach=maya, **same)
            share_brief(brief=brief, **same)
        for client in (grace, elena, ivan):
            assign_coach(client=client, coach=maya, by=tomas, now=now - timedelta(hours=3))
        keep_will(coach=tomas, named=maya, words=WORDS_OF_TOMAS, now=now - timedelta(days=40))
    with scope(scope_of(grace.membership)):
        asked = Handover.objects.select_related("client", "assignment__coach__user").get(
            client=grace
        )
        kinds = [HandedOn.Kind.BRIEF, HandedOn.Kind.GOALS]
        pass_on(handover=asked, kinds=kinds, by=grace.membership, now=now - timedelta(hours=1))
    with scope(scope_of(maya)):
        keep_will(coach=maya, named=tomas, words=WORDS_OF_MAYA, now=now - timedelta(days=90))
