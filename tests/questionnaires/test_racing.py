"""Two tabs at the same moment: what was sent keeps its files."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Intake
from clients.queries.safes import safe_of
from clients.services.intake import ask_intake
from coachops.outbox.models import Message
from coachops.questionnaires.models import AnswerFile
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from coachops.questionnaires.services.responses import submit
from coachops.tenancy.scope import confidential, scope
from tests.cast import Cast, build_cast
from tests.questionnaires.conftest import EVERY_KIND
from tests.questionnaires.test_filling import typed
from tests.racing import PATIENCE, until_somebody_waits


def _asked(cast: Cast) -> Intake:
    bob, now = cast.bob.membership, timezone.now()
    with scope(cast.bob.scope()):
        made = create_questionnaire(
            kind=Kind.INTAKE, title="Before", content=EVERY_KIND, by=bob, now=now
        )
        version = publish(questionnaire=made, by=bob, now=now)
        return ask_intake(client=cast.carol_client, version=version, due_on=None, by=bob, now=now)


@pytest.mark.parametrize("act", ["detach:paper", "attach"])
@pytest.mark.django_db(transaction=True)
def test_a_tab_that_is_late_takes_no_file_from_what_was_sent(
    act: str, visit: Callable[[object], Browser]
) -> None:
    with transaction.atomic():
        cast = build_cast()
        intake = _asked(cast)
    address, carol = f"/portal/harbour/intake/{intake.pk}/", visit(cast.carol)
    file = SimpleUploadedFile("plan.txt", b"my plan")
    carol.post(address, typed(why="x", paper=file) | {"act": "attach"})

    def late() -> int:
        try:
            more = {"q-paper": SimpleUploadedFile("other.txt", b"other")} if act == "attach" else {}
            return carol.post(address, {"act": act, **more}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with scope(cast.carol.scope()), transaction.atomic():
            with confidential():
                safe = safe_of(cast.carol_client.pk)
            intake = Intake.objects.select_related("response__version").get(pk=intake.pk)
            opened = Opened(intake.response, safe, cast.carol.membership)
            submit(opened=opened, now=timezone.now())
            answer = pool.submit(late)
            until_somebody_waits(answer)
        assert answer.result(timeout=PATIENCE) == 302
    with scope(cast.bob.scope()), transaction.atomic():
        kept = AnswerFile.objects.get(response=intake.response_id)
        assert default_storage.exists(kept.stored_as)
        assert not Message.objects.filter(kind="questionnaires.forget_file").exists()
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/?file=paper"
    assert visit(cast.bob).get(reading).content == b"my plan"
