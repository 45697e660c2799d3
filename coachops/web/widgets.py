"""Widgets that Django lacks. The ordinary ones need nothing: components/field.html dresses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise


class CodeInput(forms.TextInput):
    """A one-time code: digits at the thumb, filled in by the phone, never remembered."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, length: int = 6) -> None:
        super().__init__(
            {
                "class": "input-code",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": str(length),
                "spellcheck": "false",
                **(attrs or {}),
            }
        )


class SwitchInput(forms.CheckboxInput):
    """A check box whose effect is a state that is on or off, drawn as a switch."""


class CardRadioSelect(forms.RadioSelect):
    """Radio buttons as cards, each with a line that says what choosing it means."""

    def __init__(self, explanations: Mapping[str, StrOrPromise], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.explanations = explanations

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with `explanation` beside its label."""
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "explanation": self.explanations.get(str(value), "")}


class TimeZoneSelect(forms.Select):
    """A choice of zones that the page fills with the browser's own zone while it is empty."""

    def __init__(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__({"data-time-zone": "", **(attrs or {})}, **kwargs)


class HiddenTimeZone(forms.HiddenInput):
    """Carries the browser's zone where nobody needs to be asked. Empty without JavaScript."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-time-zone": "", **(attrs or {})})
