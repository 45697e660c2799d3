"""Building a questionnaire: every step a form, published versions frozen, two editors told."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client as Browser

from coachops.questionnaires.models import Questionnaire, QuestionnaireVersion
from coachops.questionnaires.policies.questions import Content
from tests.cast import Cast, Person

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

LIST = "/coach/harbour/questionnaires/"


@pytest.fixture
def made(cast: Cast, visit: Visit, acting: Acting) -> Questionnaire:
    """An empty draft of Bob's."""
    visit(cast.bob).post(f"{LIST}new/", {"start": "blank", "title": "Mine", "kind": "pulse"})
    with acting(cast.bob):
        return Questionnaire.objects.get(title="Mine")


def draft(cast: Cast, acting: Acting, made: Questionnaire) -> Content:
    with acting(cast.bob):
        return Content.from_json(Questionnaire.objects.get(pk=made.pk).draft)


@pytest.mark.parametrize("start", ["intake", "preparation", "reflection", "closing"])
def test_every_starter_can_be_published_as_it_is(start: str, cast: Cast, visit: Visit) -> None:
    bob = visit(cast.bob)
    page = bob.post(f"{LIST}new/", {"start": start, "title": "", "kind": "pulse"})
    bob.post(f"{page['Location']}publish/")
    assert "Version 1" in bob.get(LIST).text


def test_questions_are_added_moved_copied_and_taken_away_by_buttons(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page, revision = visit(cast.bob), f"{LIST}{made.pk}/", 1
    for kind, more in (
        ("long", {"label": "First"}),
        ("single", {"label": "Second", "choices": "A\nB"}),
        ("scale", {"label": "Third", "low": 0, "high": 5}),
    ):
        bob.post(f"{page}questions/new/?kind={kind}", {"revision": revision, **more})
        revision += 1
    first, second, third = (each.key for each in draft(cast, acting, made).questions)
    for act in (f"up:{third}", f"copy:{first}", f"remove:{second}"):
        bob.post(page, {"act": act, "revision": revision})
        revision += 1
    labels = [each.label for each in draft(cast, acting, made).questions]
    assert labels == ["First", "First", "Third"]
    bob.post(page, {"act": "arrange", "revision": revision, "order": f"first:{third}"})
    assert draft(cast, acting, made).questions[0].key == third


def test_of_two_editors_the_later_one_is_told_and_nothing_is_overwritten(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page = visit(cast.bob), f"{LIST}{made.pk}/"
    bob.post(page, {"act": "section_add", "title": "Hers", "revision": 1})
    late = bob.post(page, {"act": "section_add", "title": "His", "revision": 1}, follow=True)
    assert "Somebody changed it meanwhile" in late.text
    titles = [section.title for section in draft(cast, acting, made).sections]
    assert titles == ["", "Hers"]


def test_a_choice_keeps_its_key_when_its_words_change(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page = visit(cast.bob), f"{LIST}{made.pk}/"
    new = {"label": "Q", "choices": "Yes\nNo", "revision": 1}
    bob.post(f"{page}questions/new/?kind=single", new)
    (question,) = draft(cast, acting, made).questions
    changed = {"label": "Q?", "choices": "Yes, gladly\nNo\n", "revision": 2}
    bob.post(f"{page}questions/{question.key}/", changed)
    (after,) = draft(cast, acting, made).questions
    assert [each.key for each in after.choices] == [each.key for each in question.choices]
    assert after.choices[0].label == "Yes, gladly"


def test_a_condition_is_chosen_from_the_other_questions_and_the_preview_follows_it(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page = visit(cast.bob), f"{LIST}{made.pk}/"
    bob.post(
        f"{page}questions/new/?kind=single",
        {"label": "Before?", "choices": "Yes\nNo", "revision": 1},
    )
    (asked,) = draft(cast, acting, made).questions
    answer = f"{asked.key}:{asked.choices[0].key}"
    bob.post(
        f"{page}questions/new/?kind=long",
        {"label": "How was it?", "shown_if": answer, "revision": 2},
    )
    assert "If “Before?” is “Yes”" in bob.get(page).text
    assert "How was it?" not in bob.get(f"{page}preview/").text
    tried = {"shown": [asked.key], f"q-{asked.key}": asked.choices[0].key}
    assert "How was it?" in bob.post(f"{page}preview/", tried).text


def test_a_published_version_never_changes_and_the_next_says_what_did(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page = visit(cast.bob), f"{LIST}{made.pk}/"
    assert bob.post(f"{page}publish/").status_code == 422
    bob.post(f"{page}questions/new/?kind=long", {"label": "Why?", "revision": 1})
    bob.post(f"{page}publish/")
    (question,) = draft(cast, acting, made).questions
    bob.post(f"{page}questions/{question.key}/", {"label": "Why now?", "revision": 2})
    publishing = bob.get(f"{page}publish/").text
    assert "Other words" in publishing
    assert "<del" in publishing
    bob.post(f"{page}publish/")
    with acting(cast.bob):
        versions = QuestionnaireVersion.objects.filter(questionnaire=made)
        labels = [
            Content.from_json(each.content).questions[0].label
            for each in versions.order_by("number")
        ]
        assert labels == ["Why?", "Why now?"]
        with pytest.raises(ProgrammingError), transaction.atomic():
            versions.update(title="Forged")


def test_what_is_archived_is_asked_no_more(
    cast: Cast, visit: Visit, version: QuestionnaireVersion
) -> None:
    bob = visit(cast.bob)
    asking = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    assert str(version.questionnaire_id) in bob.get(asking).text
    bob.post(f"{LIST}{version.questionnaire_id}/archive/")
    assert str(version.questionnaire_id) not in bob.get(asking).text
    assert "Before" in bob.get(f"{LIST}?archived=1").text


def test_scripts_in_every_text_stay_text(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    bob, page, evil = visit(cast.bob), f"{LIST}{made.pk}/", "<script>alert(1)</script>"
    bob.post(page, {"act": "title", "title": evil, "intro": evil, "revision": 1})
    bob.post(page, {"act": "section_add", "title": evil, "revision": 2})
    question = {"label": evil, "help": evil, "choices": f"{evil}\nB", "revision": 3}
    bob.post(f"{page}questions/new/?kind=multiple", question)
    (key,) = [each.key for each in draft(cast, acting, made).questions]
    for address in (LIST, page, f"{page}preview/", f"{page}publish/", f"{page}questions/{key}/"):
        assert "<script>alert" not in bob.get(address).text


@pytest.mark.parametrize("name", ["mallory", "ines", "carol", "sam"])
def test_nobody_from_elsewhere_opens_a_draft(
    name: str, cast: Cast, visit: Visit, made: Questionnaire
) -> None:
    stranger = visit(cast.everybody()[name])
    assert stranger.get(f"{LIST}{made.pk}/").status_code == 404
    assert stranger.get(f"/coach/lagoon/questionnaires/{made.pk}/").status_code == 404


def test_only_the_maker_and_owners_decide_what_all_clients_are_asked(
    cast: Cast, visit: Visit, acting: Acting, made: Questionnaire
) -> None:
    """Everybody who runs clients may work on the draft."""
    page = f"{LIST}{made.pk}/"
    olga = visit(cast.olga)
    olga.post(f"{page}questions/new/?kind=long", {"label": "Why?", "revision": 1})
    assert len(draft(cast, acting, made).questions) == 1
    text = olga.get(page).text
    assert "publish/" not in text
    assert "archive/" not in text
    assert "Bob Harbour, who made it, or an owner" in " ".join(text.split())
    for name in ("olga", "vera"):
        other = visit(cast.everybody()[name])
        assert [other.post(f"{page}{act}/").status_code for act in ("publish", "archive")] == [
            404,
            404,
        ]
        assert "questionnaires/preparation/" not in other.get(LIST).text
        assert other.get(f"{LIST}preparation/").status_code == 404
        assert other.post(f"{LIST}preparation/").status_code == 404
    assert "Publish" in visit(cast.bob).get(page).text
    assert visit(cast.alice).post(f"{page}publish/").status_code == 302
    assert visit(cast.bob).post(f"{page}archive/").status_code == 302
    with acting(cast.bob):
        kept = Questionnaire.objects.get(pk=made.pk)
        assert kept.made_by == cast.bob.membership
        assert kept.archived_at
