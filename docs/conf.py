"""How `make docs` builds the house's documents and a reference from its docstrings."""

import os
import sys
from pathlib import Path

import django

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coachops.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

# Sphinx reads these names.
project = "CoachOps"
author = "The CoachOps authors"
root_doc = "docs/index"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.apidoc"]
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "docs/**",
    "static/vendor/THIRD_PARTY.md",
    ".data/docs/reference/**",
]
exclude_patterns = ["docs/screenshots/**"]
html_theme = "alabaster"
html_show_sphinx = False
html_copy_source = False
default_role = "code"  # as in Markdown
toc_object_entries = False
myst_heading_anchors = 3

# What pages, addresses and commands do is seen in the browser; the reference is for the rest.
LEFT_OUT = (
    *("**/migrations/**", "**/management/**", "**/views/**", "**/urls/**", "**/forms/**"),
    *("**/apps.py", "**/urls.py", "**/views.py", "**/celery.py", "settings.py", "wsgi.py"),
)
apidoc_modules = [
    {
        "path": str(PROJECT / package),
        "destination": f".data/docs/reference/{package}",
        "exclude_patterns": [str(PROJECT / package / pattern) for pattern in LEFT_OUT],
        "module_first": True,
    }
    for package in ("coachops", "clients", "programs", "scheduling", "tracking")
]
autodoc_default_options = {"members": True, "undoc-members": False}
autodoc_inherit_docstrings = False
autodoc_member_order = "bysource"
# Two classes may have an attribute of the same name; a link to either will do.
suppress_warnings = ["ref.python"]
