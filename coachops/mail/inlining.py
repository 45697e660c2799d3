"""The mail style sheet, written into the elements: many mail programs drop style sheets."""

from functools import lru_cache

import css_inline
from django.template.loader import render_to_string

from coachops.mail.colours import Palette


def inline_css(html: str, colours: Palette) -> str:
    """The document with templates/mail/base.css in its elements; rules for dark and narrow stay."""
    return _inliner(colours).inline(html)


@lru_cache(maxsize=361)
def _inliner(colours: Palette) -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_at_rules=True,
        load_remote_stylesheets=False,
        extra_css=render_to_string("mail/base.css", {"colours": colours}),
    )
