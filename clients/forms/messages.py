"""What may be sent, and how soon a coach answers."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clients.policies import LONGEST_MESSAGE
from clients.services.messages import Written
from coachops.web.clips import CLIP_ACCEPT, LONGEST_CLIP
from coachops.web.uploads import (
    ACCEPT,
    REFUSAL_WORDS,
    CleanUpload,
    Refusal,
    UploadRefused,
    check_upload,
)

DAYS = (1, 2, 3, 5)
WORDS = REFUSAL_WORDS | {
    Refusal.TOO_LARGE: _(
        "The file is too large: 10 MB at most, a voice or video clip 20 MB. Make it smaller or send"
        " a part."
    ),
    Refusal.NOT_ALLOWED: _(
        "This kind of file is not taken. Send a PDF, a picture (PNG, JPEG, WebP), plain text, DOCX,"
        " XLSX, or a voice or video clip (WebM, MP4, Ogg, WAV, MP3)."
    ),
}


class LogisticsForm(forms.Form):
    """One message. The key is the form's own, so that sending twice writes once."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea({"rows": 4}),
        error_messages={
            "required": _("There is nothing to send yet. Write a sentence first."),
            "max_length": _(
                "That is %(show_value)d characters; %(limit_value)d fit into one message."
                " Send it in parts."
            ),
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"initial": {"key": uuid4()}, "auto_id": "message_%s"}
        super().__init__(*args, **kwargs)

    def written(self) -> Written:
        """What the valid form says."""
        key: UUID = self.cleaned_data["key"]
        return Written(self.cleaned_data["text"], key, self.cleaned_data.get("upload"))


class MessageForm(LogisticsForm):
    """A message between coach and client: also a file, or a clip."""

    longest_clip = LONGEST_CLIP
    longest_clip_minutes = LONGEST_CLIP // 60
    upload = forms.FileField(
        label=_("A file or a clip"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": f"{ACCEPT},{CLIP_ACCEPT}"}),
        help_text=_(
            "A PDF, a picture, a text or a table, up to 10 MB; a short voice or video clip, up to"
            " 20 MB. Clips are not written down in words by anybody."
        ),
    )
    field_order = ["text", "upload", "key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not self.files.get("upload")

    def clean_upload(self) -> CleanUpload | None:
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        try:
            return check_upload(upload, with_clips=True)
        except UploadRefused as refused:
            raise forms.ValidationError(WORDS[refused.reason]) from None


class PromiseForm(forms.Form):
    """How soon a coach answers; an absence is no time in which anything is promised."""

    working_days = forms.TypedChoiceField(
        label=_("I answer within"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("No promise")),
            *((str(n), ngettext_lazy("%d working day", "%d working days", n) % n) for n in DAYS),
        ],
    )
    away_until = forms.DateField(
        label=_("Away until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Clients read the day instead of the promise. Empty: not away."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["auto_id"] = "promise_%s"
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_away_until(self) -> date | None:
        day: date | None = self.cleaned_data["away_until"]
        if day is not None and day < self._today:
            raise forms.ValidationError(_("That day is over. Choose a later one, or none."))
        return day
