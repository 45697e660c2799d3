"""What may be typed about agreements: templates, preparing, signing, declining, certificates."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from PIL import Image

from clients.models import AgreementSettings, AgreementTemplate, Engagement
from clients.policies import MOST_TEXT, Party
from clients.queries.agreement_fields import unknown_fields
from clients.queries.agreements import DECLINE_LABELS, KIND_LABELS
from clients.queries.disclosure import PARTY_LABELS
from clients.queries.sponsors import ContactFacts
from coachops.documents.seals import LARGEST_UPLOAD, Unusable
from coachops.web.widgets import CodeInput, SwitchInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LARGEST_DRAWING = 90_000
DRAWING_SIZE = (900, 300)
FEWEST_INKED = 40
_PNG = "data:image/png;base64,"
_MOST_STANDING = 4000

UNUSABLE: dict[Unusable, StrOrPromise] = {
    Unusable.NOT_A_FILE: _(
        "This is not a certificate file. Choose one that ends in .p12 or .pfx (PKCS #12)."
    ),
    Unusable.WRONG_PASSWORD: _("The file does not open with this password."),
    Unusable.NO_KEY: _("There is no private key in this file. Export it together with its key."),
    Unusable.NO_CERTIFICATE: _("There is no certificate in this file."),
    Unusable.OTHER_KEY: _("The key in this file does not belong to its certificate."),
    Unusable.WEAK_KEY: _("The key is too short. It needs at least 2048 bits."),
    Unusable.EXPIRED: _("This certificate has expired. Ask its issuer for a new one."),
    Unusable.NOT_YET_VALID: _("This certificate is not valid yet. Upload it when it is."),
    Unusable.NOT_FOR_SIGNING: _("This certificate may not be used to sign documents."),
}


class TemplateForm(forms.Form):
    """One wording. Unknown fields are refused beside the text, and the text is kept."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=list(KIND_LABELS.items()),
        help_text=_("Decides who signs. Fees are kept off what client and company both read."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=MOST_TEXT,
        strip=True,
        help_text=_("Markdown: ## for a heading, - for a list, ** around what is bold."),
        widget=forms.Textarea({"rows": 24, "spellcheck": "true"}),
    )
    engagement = forms.ChoiceField(
        label=_("Fill the preview with"),
        required=False,
        help_text=_("Only for looking; the template stays the same for everybody."),
    )

    def __init__(
        self,
        *args: Any,
        template: AgreementTemplate | None = None,
        engagements: Iterable[Engagement] = (),
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self._engagements = {str(each.pk): each for each in engagements}
        known = [(key, f"{e.client.name}, {e.title}") for key, e in self._engagements.items()]
        field = self.fields["engagement"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [("", _("An invented engagement")), *known]
        self.template = template
        if template is not None:
            del self.fields["kind"]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        unknown = unknown_fields(text, self.kind_of_text())
        if unknown == ("{{",):
            raise forms.ValidationError(
                _("A field is not closed: write two braces before and two behind its name.")
            )
        if unknown:
            named = ", ".join(f"{{{{{name}}}}}" for name in unknown if name != "{{")
            raise forms.ValidationError(
                _t("There is no field %(names)s in this kind of agreement. Take one from the list.")
                % {"names": named}
            )
        return text

    def shown_engagement(self) -> Engagement | None:
        """Whose values fill the preview; None for the invented one."""
        return self._engagements.get(str(self["engagement"].value() or ""))

    def kind_of_text(self) -> str:
        """What was chosen, once; the kind of a template never changes."""
        return self.template.kind if self.template else str(self.data.get("kind", ""))


class PrepareForm(forms.Form):
    """Who signs in which order, and what the text does not know by itself."""

    order = forms.ChoiceField(
        label=_("Who signs, in this order"),
        help_text=_("Each is asked when it is their turn. Whoever binds the practice signs last."),
    )
    contact = forms.ChoiceField(
        label=_("Who signs for the company"), help_text=_("They get a link and need no account.")
    )
    fees = forms.CharField(
        label=_("Fees"),
        max_length=300,
        required=False,
        help_text=_("As they will stand in the text, such as: 220 a session, invoiced monthly."),
    )

    def __init__(
        self,
        *args: Any,
        orders: Sequence[tuple[Party, ...]] = (),
        contacts: Iterable[ContactFacts] = (),
        asks_fees: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = [(str(each.id), f"{each.name}, {each.kind_label}") for each in contacts]
        self.orders = {",".join(order): order for order in orders}
        order_field, contact_field = self.fields["order"], self.fields["contact"]
        assert isinstance(order_field, forms.ChoiceField)  # noqa: S101 -- declared above
        assert isinstance(contact_field, forms.ChoiceField)  # noqa: S101 -- declared above
        order_field.choices = [
            (key, ", ".join(str(PARTY_LABELS[each]) for each in order).capitalize())
            for key, order in self.orders.items()
        ]
        if any(Party.SPONSOR in order for order in orders):
            contact_field.choices = self._known
        else:
            del self.fields["contact"]
        if not asks_fees:
            del self.fields["fees"]

    def shown_contact(self) -> str:
        """Who fills the preview: whoever is chosen, else the first to choose from."""
        if "contact" not in self.fields:
            return ""
        known = [key for key, _words in self._known]
        chosen = str(self["contact"].value() or "")
        return chosen if chosen in known else next(iter(known), "")

    def shown_fees(self) -> str:
        """As typed so far."""
        return str(self["fees"].value() or "")[:300] if "fees" in self.fields else ""

    def chosen_order(self) -> tuple[Party, ...]:
        return self.orders[self.cleaned_data["order"]]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What stands in every agreement, and what hangs on a signature."""

    remind_after = forms.RegexField(
        r"^\s*(\d{1,2}\s*(,\s*\d{1,2}\s*){0,4})?$",
        label=_("Remind after days"),
        required=False,
        help_text=_("Days after asking, such as 3, 7. Empty sends no reminder."),
        error_messages={"invalid": _("Write up to five numbers of days, such as 3, 7.")},
    )

    class Meta:
        model = AgreementSettings
        fields = (
            "confidentiality_limits",
            "safeguarding_contact",
            "referral_card",
            "locks_booking",
            "locked_programs",
            "assistants_see_fees",
            "link_valid_days",
        )
        labels = {
            "confidentiality_limits": _("Limits of confidentiality"),
            "safeguarding_contact": _("Safeguarding contact"),
            "referral_card": _("Help beyond coaching"),
            "locks_booking": _("Clients book only once their coaching agreement is signed"),
            "locked_programs": _("Only in these programs"),
            "assistants_see_fees": _("Assistants may read and prepare fees sheets"),
            "link_valid_days": _("Days a signing link works"),
        }
        help_texts = {
            "safeguarding_contact": _("Name, phone and e-mail. Nothing is sent without it."),
            "locks_booking": _(
                "Coaches and assistants can still book for them; they see a note. Sessions that"
                " are booked already stay."
            ),
            "locked_programs": _("Choose none and it holds for every engagement."),
        }
        widgets = {
            "confidentiality_limits": forms.Textarea({"rows": 7, "maxlength": _MOST_STANDING}),
            "safeguarding_contact": forms.Textarea({"rows": 2, "maxlength": 500}),
            "referral_card": forms.Textarea({"rows": 5, "maxlength": _MOST_STANDING}),
            "locks_booking": SwitchInput,
            "assistants_see_fees": SwitchInput,
            "link_valid_days": forms.NumberInput({"min": 1, "max": 90}),
        }

    def __init__(self, *args: Any, programs: Iterable[tuple[str, str]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        names = list(programs)
        self.fields["locked_programs"] = forms.TypedMultipleChoiceField(
            label=self.Meta.labels["locked_programs"],
            help_text=self.Meta.help_texts["locked_programs"],
            choices=names,
            required=False,
            initial=[str(each) for each in self.instance.locked_programs],
            widget=forms.CheckboxSelectMultiple,
        )
        if not names:
            del self.fields["locked_programs"]
        days = self.instance.remind_after_days
        self.fields["remind_after"].initial = ", ".join(str(each) for each in days)

    def clean_remind_after(self) -> list[int]:
        typed = str(self.cleaned_data["remind_after"]).split(",")
        return sorted({int(each) for each in typed if each.strip() and int(each) > 0})

    def clean_link_valid_days(self) -> int:
        days = int(self.cleaned_data["link_valid_days"])
        if not 1 <= days <= 90:
            raise forms.ValidationError(_("Choose between 1 and 90 days."))
        return days

    def chosen(self) -> AgreementSettings:
        """The settings as they are to be saved."""
        self.instance.remind_after_days = self.cleaned_data["remind_after"]
        settings: AgreementSettings = self.instance
        return settings


class CertificateForm(forms.Form):
    file = forms.FileField(
        label=_("Certificate file"),
        help_text=_("PKCS #12, with its private key: .p12 or .pfx."),
        widget=forms.ClearableFileInput({"accept": ".p12,.pfx,application/x-pkcs12"}),
    )
    password = forms.CharField(
        label=_("Its password"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_UPLOAD:
            raise forms.ValidationError(UNUSABLE[Unusable.NOT_A_FILE])
        return bytes(upload.read())

    def refuse(self, reason: Unusable) -> None:
        field = "password" if reason is Unusable.WRONG_PASSWORD else "file"
        self.add_error(field, str(UNUSABLE[reason]))


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code from the mail"), max_length=20, widget=CodeInput())


class SignAgreementForm(forms.Form):
    """A signature, typed or drawn, under exactly the text that was shown."""

    agree = forms.BooleanField(error_messages={"required": _("Tick the box if you agree.")})
    name = forms.CharField(
        label=_("Your full name"),
        error_messages={"required": _("Type your full name: it is your signature.")},
        min_length=2,
        max_length=120,
        help_text=_("Typing it here is your signature; you may draw one as well."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    drawing = forms.CharField(
        required=False, max_length=LARGEST_DRAWING * 2, widget=forms.HiddenInput
    )
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, consent: str = "", text_hash: str = "", **kw: Any) -> None:
        kw.setdefault("initial", {"text_hash": text_hash})
        super().__init__(*args, **kw)
        self.consent = consent
        self.fields["agree"].label = consent

    def clean_drawing(self) -> bytes | None:
        typed = str(self.cleaned_data["drawing"])
        return clean_drawing(typed) if typed else None


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=list(DECLINE_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    message = forms.CharField(
        label=_("A word to the practice"),
        max_length=2000,
        required=False,
        help_text=_("The coach and whoever works for them read it."),
        widget=forms.Textarea({"rows": 3}),
    )


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it no longer counts"),
        max_length=300,
        help_text=_("Kept on record here; nobody outside the practice reads it."),
    )


def clean_drawing(data_address: str) -> bytes:
    """The strokes as a small black and white PNG of our own making. Raises ValidationError."""
    refused = forms.ValidationError(_("The drawing could not be read. Draw again, or leave it."))
    if not data_address.startswith(_PNG):
        raise refused
    try:
        data = base64.b64decode(data_address.removeprefix(_PNG), validate=True)
        if len(data) > LARGEST_DRAWING:
            raise refused
        return _written_again(data)
    except (
        binascii.Error,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise refused from error


def _written_again(data: bytes) -> bytes:
    """Nothing of the upload's own bytes is left. Raises ValueError for an empty sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > 2 * max(DRAWING_SIZE):
                raise ValueError("too large")
            strokes = picture.convert("RGBA").getchannel("A")
    strokes.thumbnail(DRAWING_SIZE)
    if sum(strokes.histogram()[128:]) < FEWEST_INKED:
        raise ValueError("nothing was drawn")
    ink = Image.new("L", strokes.size, 255)
    ink.paste(0, mask=strokes)
    out = io.BytesIO()
    ink.save(out, "PNG", optimize=True)
    return out.getvalue()
