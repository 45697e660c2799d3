import pytest

from coachops.mail.colours import contrast, oklch, palette

TEXT = [
    ("head_text", "head"),
    ("thread", "head"),
    ("on_brand", "brand"),
    ("brand", "ground"),
    ("ink", "ground"),
    ("ink_soft", "ground"),
    ("dark_ink", "dark_card"),
    ("dark_ink_soft", "dark_ground"),
    ("dark_brand", "dark_card"),
    ("dark_on_brand", "dark_brand"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable_for_every_hue(text, ground):
    for hue in range(361):
        colours = palette(hue)
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_edges_are_visible_for_every_hue():
    for hue in range(361):
        colours = palette(hue)
        assert contrast(colours.edge, "#ffffff") >= 3
        assert contrast(colours.dark_edge, colours.dark_card) >= 3


def test_known_colours():
    assert oklch(1, 0, 0) == "#ffffff"
    assert oklch(0, 0, 0) == "#000000"
    assert oklch(0.62796, 0.25768, 29.234) == "#ff0000"
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
