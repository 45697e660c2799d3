"""Asking a client a questionnaire, and the rules by which it is asked by itself."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coachops.questionnaires.models import QuestionnaireVersion
from scheduling.models import Session
from tracking.forms.plans import PlansForm
from tracking.queries.questionnaires import Rules


class AskForm(forms.Form):
    """Which questionnaire, about which session, and until when."""

    questionnaire = forms.ChoiceField(label=gettext_lazy("Which questionnaire?"))
    session = forms.ChoiceField(
        label=gettext_lazy("About a session?"),
        required=False,
        help_text=gettext_lazy("The mail and the page name its day."),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Until when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The mail names the day. Empty: whenever it suits."),
    )

    def __init__(
        self,
        *args: Any,
        versions: list[QuestionnaireVersion],
        sessions: list[Session],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(version.questionnaire_id): version for version in versions}
        self._sessions = {str(session.pk): session for session in sessions}
        self._today = today
        self.known = [(key, version.title) for key, version in self._versions.items()]
        about = [(key, _session_words(session)) for key, session in self._sessions.items()]
        _choose(self, "questionnaire", self.known)
        _choose(self, "session", [("", _("No, about the coaching as a whole")), *about])

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < self._today:
            raise forms.ValidationError(_("That day is over. Choose a later one."))
        return due_on

    def chosen(self) -> dict[str, Any]:
        """For `ask_questionnaire`: the newest version of what was chosen."""
        answer = self.cleaned_data
        return {
            "version": self._versions[answer["questionnaire"]],
            "session": self._sessions.get(answer["session"]),
            "due_on": answer["due_on"],
        }


class AskTeamForm(AskForm):
    """The same to each who is in a team; it is about no session."""

    def __init__(
        self, *args: Any, versions: list[QuestionnaireVersion], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, versions=versions, sessions=[], today=today, **kwargs)
        del self.fields["session"]

    def chosen(self) -> dict[str, Any]:
        """For `ask_team`: the newest version of what was chosen."""
        answer = self.cleaned_data
        version = self._versions[answer["questionnaire"]]
        return {"version": version, "due_on": answer["due_on"]}


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def _session_words(session: Session) -> str:
    day = date_format(session.starts_at, "j F Y")
    if session.number:
        return _("Session %(number)s, %(day)s") % {"number": session.number, "day": day}
    return day


class RulesForm(PlansForm):
    """What is asked after each session, at the end, and after single conversations of programs."""

    held = forms.ChoiceField(label=gettext_lazy("After each session that was held"), required=False)
    end = forms.ChoiceField(label=gettext_lazy("Once an engagement is completed"), required=False)

    def __init__(
        self, *args: Any, rules: Rules, versions: list[QuestionnaireVersion], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"held": rules.held or "", "end": rules.end or ""}
        super().__init__(*args, plans=rules.plans, **kwargs)
        self.known = [(str(version.questionnaire_id), version.title) for version in versions]
        self.offer(self.known, "held", "end")

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self["held"], self["end"]]

    def values(self) -> dict[str, Any]:
        """For `save_questionnaire_rules`."""
        return {
            "held": self.chosen("held"),
            "end": self.chosen("end"),
            "plans": self.chosen_by_plan(),
        }
