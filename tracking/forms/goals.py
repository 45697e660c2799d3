"""Goals: words, ratings, targets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.models import Goal, GoalRating
from tracking.policies.goals import (
    HIGHEST,
    LONGEST_REASON,
    LONGEST_TITLE,
    LONGEST_WORDING,
    LOWEST,
)

SCORES = [(score, str(score)) for score in range(LOWEST, HIGHEST + 1)]


def _scores(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=SCORES, coerce=int, **kwargs)


class GoalForm(forms.Form):
    """A first wording."""

    text = forms.CharField(
        label=_("The goal, as the client says it"),
        max_length=LONGEST_WORDING,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The first wording is kept for ever. It may be reworded later, with a reason."),
    )
    target = _scores(label=_("What would be enough, from 1 to 10?"), initial=8, widget=forms.Select)


class OwnGoalForm(GoalForm):
    """The same, asked of the client."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What do you want to be different?")
        self.fields["text"].help_text = _(
            "In your own words. These first words stay for ever; you can reword the goal later."
        )


class WordingForm(forms.Form):
    text = forms.CharField(
        label=_("How the goal reads now"),
        max_length=LONGEST_WORDING,
        widget=forms.Textarea({"rows": 3}),
    )
    reason = forms.CharField(
        label=_("What changed?"),
        max_length=LONGEST_REASON,
        help_text=_("A sentence is enough. It stands beside the new words."),
    )


class OwnRatingForm(forms.Form):
    """How far along it feels to the client."""

    score = _scores(
        label=_("Score, from 1 to 10"),
        error_messages={"required": _("Choose a number from 1 to 10.")},
    )


class RatingForm(OwnRatingForm):
    """`rater` is whose view it is, `session` the one in which it was said."""

    rater = forms.ChoiceField(
        label=_("Whose view"),
        choices=[
            (GoalRating.Rater.SELF.value, _("What the client says")),
            (GoalRating.Rater.COACH.value, _("What I see")),
        ],
    )
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)


class TargetForm(forms.Form):
    target = _scores(label=_("What would be enough, from 1 to 10?"))


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=Goal.State.choices)


class SponsorWordingForm(forms.Form):
    wording = forms.CharField(
        label=_("How your sponsor may read this goal"),
        max_length=200,
        help_text=_("Only these words and your progress, never what stands above."),
    )


class GoalTitleForm(forms.Form):
    title = forms.CharField(
        label=_("A title for it"),
        max_length=LONGEST_TITLE,
        help_text=_("A few words that may stand in an office, such as “Leading the new team”."),
    )
