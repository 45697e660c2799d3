"""How a form field turns into a widget of the design system: class, native type, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from django.forms import BoundField

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def kind(field: BoundField) -> str:
    """Which branch of components/field.html draws it."""
    widget = field.field.widget
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.ClearableFileInput):
        return "file"
    return "group" if field.use_fieldset else "input"


def draw(field: BoundField, **attrs: Any) -> SafeString:
    """The widget with the design's class and the browser's own picker for dates and times.

    `aria-invalid` and `aria-describedby` come from Django, for the hint `<id>_helptext` and the
    error `<id>_error` that components/field.html draws. Extra attributes win over the widget's.
    """
    widget = field.field.widget
    _prefer_native(widget)
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    if not isinstance(widget, forms.CheckboxInput):
        own = widget.attrs.get("class", "")
        given["class"] = f"input {own} {given.get('class', '')}".strip()
    return mark_safe(field.as_widget(attrs=given))  # noqa: S308 -- Django's own widget template


def _prefer_native(widget: forms.Widget) -> None:
    for part in getattr(widget, "widgets", [widget]):
        if isinstance(part, forms.DateInput):
            part.input_type, part.format = "date", "%Y-%m-%d"
        elif isinstance(part, forms.TimeInput):
            part.input_type, part.format = "time", "%H:%M"
        elif isinstance(part, forms.DateTimeInput):
            part.input_type, part.format = "datetime-local", "%Y-%m-%dT%H:%M"
