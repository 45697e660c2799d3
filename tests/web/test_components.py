"""Fields say what is wrong and to whom; badges and avatars are what they claim."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string

from coachops.web.showcase import ShowcaseForm, showcase
from coachops.web.templatetags.coachops import avatar, chip, initials, vis
from coachops.web.widgets import CodeInput

ROOT = Path(settings.BASE_DIR)


class OneField(forms.Form):
    email = forms.EmailField(help_text="Only <b>for</b> the invitation.")
    starts_on = forms.DateField(required=False)
    code = forms.CharField(widget=CodeInput, required=False)


def field(form: forms.Form, name: str) -> str:
    return render_to_string("components/field.html", {"field": form[name]})


def test_an_invalid_field_points_at_its_hint_and_its_error() -> None:
    form = ShowcaseForm({"email": "grete@"})
    drawn = field(form, "email")
    described = re.search(r'aria-describedby="([^"]+)"', drawn)
    assert described is not None
    assert 'aria-invalid="true"' in drawn
    assert all(f'id="{target}"' in drawn for target in described[1].split())


@pytest.mark.parametrize("name", ShowcaseForm.base_fields)
def test_everything_a_field_refers_to_is_on_the_page(name: str) -> None:
    drawn = field(ShowcaseForm({}), name)
    named = re.findall(r'(?:aria-describedby|for)="([^"]+)"', drawn)
    assert all(f'id="{target}"' in drawn for each in named for target in each.split())


def test_a_choice_of_several_is_a_group_with_a_legend() -> None:
    drawn = field(ShowcaseForm(), "days")
    assert drawn.count("<legend>") == 1
    assert drawn.count('type="checkbox"') == 3


def test_cards_say_what_choosing_them_means() -> None:
    assert "Also how far along the goals are" in field(ShowcaseForm(), "level")


def test_hints_are_escaped() -> None:
    assert "&lt;b&gt;" in field(OneField(), "email")


def test_dates_use_the_browsers_own_picker_and_its_format() -> None:
    drawn = field(OneField(initial={"starts_on": "2026-11-17"}), "starts_on")
    assert 'type="date"' in drawn
    assert 'value="2026-11-17"' in drawn


def test_a_code_is_filled_in_by_the_phone() -> None:
    assert 'autocomplete="one-time-code"' in field(OneField(), "code")


def test_the_summary_counts_and_links_to_what_needs_another_look() -> None:
    form = OneField({"email": "x"})
    drawn = render_to_string("components/errors.html", {"form": form})
    assert "One answer needs another look" in drawn
    assert 'href="#id_email"' in drawn


def test_every_link_of_the_summary_leads_somewhere() -> None:
    form = ShowcaseForm({})
    links = re.findall(
        r'href="#([^"]+)"', render_to_string("components/errors.html", {"form": form})
    )
    drawn = render_to_string("components/form.html", {"form": form})
    assert links
    assert all(f'id="{target}"' in drawn for target in links)


def test_a_tint_stays_with_the_person_when_the_name_changes() -> None:
    tint = re.compile(r'data-tint="(\d)"')
    assert tint.findall(avatar("Ada King", "7")) == tint.findall(avatar("Ada Lovelace", "7"))


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada", "A"), ("ada king lovelace", "AL"), ("", ""), ("Ødegård, Å", "ØÅ")]
)
def test_initials_are_of_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_names_are_escaped_in_badges() -> None:
    assert "<b>" not in vis("client", "<b>") + chip("<b>") + avatar("<b> <b>")


def test_an_unknown_visibility_is_refused() -> None:
    with pytest.raises(KeyError):
        vis("everyone")


def test_the_components_page_renders_without_a_person_or_a_practice() -> None:
    drawn = render_to_string("components/showcase.html", showcase())
    assert drawn.count("<h1>") == 1
    assert "style=" not in drawn


@pytest.mark.parametrize("name", ["400.html", "404.html", "403.html", "403_csrf.html", "500.html"])
def test_error_pages_need_nothing(name: str) -> None:
    drawn = engines["django"].get_template(name).render()
    assert drawn.count("<h1>") == 1
    assert 'href="/"' in drawn


def test_every_icon_used_is_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "static/img/icons.svg").read_text())
    )
    used = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'(?:{% icon|symbol=) ?"([a-z0-9-]+)"', path.read_text())
    }
    assert {(path, name) for path, name in used if name not in sprite} == set()


def test_every_stylesheet_states_the_order_of_layers_first() -> None:
    order = "@layer reset, tokens, base, layout, components, screens, utilities;"
    sheets = [path for path in (ROOT / "static/css").glob("*.css") if path.name != "report.css"]
    assert sheets
    assert [path.name for path in sheets if not path.read_text().startswith(order)] == []
