"""Rules of the house that a machine can see."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("coachops", "clients", "programs", "scheduling", "tracking")
SOURCES = sorted(
    path
    for name in PACKAGES
    for path in (ROOT / name).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FILE_LIMIT, FUNCTION_LIMIT, VIEW_LIMIT, TEMPLATE_LIMIT = 400, 40, 50, 200


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_file_and_its_functions_are_short(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= FILE_LIMIT, "split it by noun"
    limit = VIEW_LIMIT if "views" in path.parts else FUNCTION_LIMIT
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > limit
    ]
    assert long == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_is_short_and_has_nothing_inline(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= TEMPLATE_LIMIT, "move a part into a partial"
    is_mail = "mail" in path.parts
    inline_script = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", source)
    handlers = re.findall(r"\son[a-z]+\s*=\s*[\"']", source)
    styles = [] if is_mail else re.findall(r"<style|\sstyle\s*=", source)
    assert (inline_script, handlers, styles) == ([], [], [])
    assert "|safe" not in source
    assert "autoescape off" not in source


def test_every_mail_has_three_templates() -> None:
    folder = ROOT / "templates" / "mail"
    names = {
        str(path.relative_to(folder)).split(".")[0]
        for path in folder.rglob("*.*")
        if path.parent != folder and path.parent.name != "parts"
    }
    assert names, "there are mails"
    missing = [
        f"{name}.{ending}"
        for name in sorted(names)
        for ending in ("subject.txt", "txt", "html")
        if not (folder / f"{name}.{ending}").exists()
    ]
    assert missing == []


def test_dates_and_times_say_so_in_their_names() -> None:
    misnamed = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PACKAGES
        for field in model._meta.local_fields
        if (isinstance(field, models.DateTimeField) and not field.name.endswith(("_at", "_until")))
        or (
            isinstance(field, models.DateField)
            and not isinstance(field, models.DateTimeField)
            and not field.name.endswith("_on")
        )
    ]
    assert set(misnamed) <= {
        "ContentRead.hour",
        "Message.not_after",
        "ScheduleOverride.on",
        "User.last_login",
    }


def test_references_between_apps_hide_their_reverse() -> None:
    showing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.split(".")[0] in PACKAGES
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.related_name != "+"
    ]
    assert showing == []
