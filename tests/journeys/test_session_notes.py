"""After a session: notes that save themselves, a summary that is shared, and a read that shows."""

from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.scene import build_scene
from tests.journeys.stage import PHONE, Stage

NOTE, SUMMARY = "Hesitates before the word team.", "We agreed on one honest conversation."


def test_notes_stay_and_the_shared_summary_arrives(stage: Stage, committed_cast: Cast) -> None:
    scene = build_scene(committed_cast)
    bob, carol = stage.enter(committed_cast.bob), stage.enter(committed_cast.carol, size=PHONE)
    bob.open(f"/coach/harbour/sessions/{scene.session.pk}/")
    bob.look()
    bob.page.get_by_label("Private notes").press_sequentially(NOTE)
    expect(bob.page.locator("#note-saved")).to_contain_text("Saved")
    bob.page.get_by_label("Summary for Carol").fill(SUMMARY)
    bob.press("Share with Carol")
    expect(bob.page.get_by_role("button", name="Correct what Carol reads")).to_be_visible()
    bob.page.reload()
    expect(bob.page.get_by_label("Private notes")).to_have_value(NOTE)
    carol.open("/portal/harbour/summaries/")
    carol.sees(SUMMARY)
    assert NOTE not in carol.page.content()
    carol.look()
    carol.open("/portal/harbour/who-looked/")
    carol.sees("Bob Harbour")
    carol.look()


def test_second_tab_does_not_overwrite_the_first(stage: Stage, committed_cast: Cast) -> None:
    scene = build_scene(committed_cast)
    address = f"/coach/harbour/sessions/{scene.session.pk}/"
    first, second = stage.enter(committed_cast.bob), stage.enter(committed_cast.bob)
    first.open(address)
    second.open(address)
    first.page.get_by_label("Private notes").press_sequentially("Written here.")
    expect(first.page.locator("#note-saved")).to_contain_text("Saved")
    second.page.get_by_label("Private notes").press_sequentially("Written there.")
    expect(second.page.locator("#note-problem")).to_contain_text("Nothing was overwritten")
    second.look()
    second.press("Keep both")
    expect(second.page.locator("#note-saved")).to_contain_text("Saved")
    second.page.reload()
    text = second.page.get_by_label("Private notes").input_value()
    assert ("Written here." in text, "Written there." in text) == (True, True)


def test_words_typed_without_a_connection_are_saved_once_it_is_back(
    stage: Stage, committed_cast: Cast
) -> None:
    scene = build_scene(committed_cast)
    bob = stage.enter(committed_cast.bob)
    bob.open(f"/coach/harbour/sessions/{scene.session.pk}/")
    bob.page.context.set_offline(True)
    with bob.page.expect_event("requestfailed"):
        bob.page.get_by_label("Private notes").press_sequentially("On the ")
    with bob.page.expect_event("requestfailed"):
        bob.page.get_by_label("Private notes").press_sequentially("train.")
    notices = bob.page.locator("#toasts > *")
    expect(notices).to_have_count(1)
    bob.page.context.set_offline(False)
    expect(bob.page.locator("#note-saved")).to_contain_text("Saved")
    expect(notices).to_have_count(0)
    stage.findings.clear()  # what the browser says about the line that was gone
    bob.page.reload()
    expect(bob.page.get_by_label("Private notes")).to_have_value("On the train.")
