"""How long what is kept: the file of rules, the choice of a practice, and the nights."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from clients.models import Client, ContentRead, Engagement
from coachops.retention.models import RetentionRun
from coachops.retention.policies import (
    Kind,
    TableRule,
    months_before,
    periods,
    reasons_to_keep,
    table_rules,
)
from coachops.retention.queries.over import keepings, nights
from coachops.retention.queries.whose import of_clients, older_than, stored_files, table_of
from coachops.retention.services.holds import place_hold
from coachops.retention.services.periods import NotAllowed, choose_periods, remove_what_is_over
from coachops.tenancy.scope import ScopeError, confidential, erasing, scope, system_scope
from tests.cast import Cast, practice_day
from tests.tracking.factories import make_session
from tracking.models import PrivateNote
from tracking.services.notes import save_private_note

OURS = ("coachops.", "clients.", "programs.", "scheduling.", "tracking.")
TEXTS = (
    models.CharField,
    models.TextField,
    models.BinaryField,
    models.JSONField,
    models.GenericIPAddressField,
)


def _models() -> dict[str, type[models.Model]]:
    return {
        model._meta.label: model for model in apps.get_models() if model.__module__.startswith(OURS)
    }


def test_every_table_and_every_text_column_has_a_rule() -> None:
    """What is missing is printed as it would stand in coachops/retention/columns.toml."""
    rules, missing = table_rules(), []
    for label, model in _models().items():
        texts = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, TEXTS) and not field.choices
        }
        rule = rules.get(label)
        if rule is None:
            missing.append(f'"{label}" = {{ keep = "?", audience = [], words = {sorted(texts)} }}')
        elif wrong := texts ^ rule.texts:
            missing.append(f"{label}: {sorted(wrong)}")
    assert "\n".join(missing) == ""
    assert set(rules) <= set(_models())


@pytest.mark.parametrize("rule", table_rules().values(), ids=lambda rule: rule.model)
def test_every_rule_can_be_carried_out(rule: TableRule, cast: Cast) -> None:
    """The role that cannot read may delete by exactly the columns that the rule names."""
    assert rule.audience
    assert rule.kind or rule.keep in reasons_to_keep()
    assert not (rule.words and rule.kind is None and rule.via), "words of a client need a period"
    with scope(system_scope(cast.practice.pk)), erasing(), connection.cursor() as cursor:
        if rule.via:
            cursor.execute(f"EXPLAIN DELETE FROM {table_of(rule)} WHERE {of_clients(rule)}", [[]])  # noqa: S608 -- names of our own
        if rule.date:
            moment = timezone.now()
            statement = f"DELETE FROM {table_of(rule)} WHERE {older_than(rule)}"  # noqa: S608 -- names
            cursor.execute(f"EXPLAIN {statement}", [moment])
    assert all(stored_files(rule)) or not rule.files


def test_the_eraser_reads_no_words_and_only_the_system_becomes_it(cast: Cast) -> None:
    with scope(system_scope(cast.practice.pk)), erasing(), connection.cursor() as cursor:
        for column in ("sealed_body", "*"):
            with pytest.raises(Exception, match="permission denied"), _savepoint():
                cursor.execute(f"SELECT {column} FROM tracking_privatenote")  # noqa: S608 -- names of our own
        with pytest.raises(Exception, match="permission denied"), _savepoint():
            cursor.execute("SELECT name FROM clients_client")
    with scope(cast.alice.scope()), pytest.raises(ScopeError), erasing():
        pass


def _savepoint() -> object:
    return transaction.atomic()


def test_nights_remove_what_is_over_and_nothing_else(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.bob.scope()):
        for client, engagement in (
            (cast.carol_client, cast.carol_engagement),
            (cast.dave_client, cast.dave_engagement),
        ):
            session = make_session(client, engagement, cast.bob.membership, days=-900)
            save_private_note(
                session=session, by=cast.bob.membership, text="Long ago", version=0, now=now
            )
    with scope(system_scope(cast.practice.pk)):
        _ended(cast.carol_engagement, days=24 * 31)
        _ended(cast.dave_engagement, days=700)
        ContentRead.objects.create(
            client=cast.dave_client,
            reader=cast.bob.membership,
            kind="goals",
            hour=now - timedelta(days=73 * 31),
            first_read_at=now - timedelta(days=73 * 31),
        )
        before = {row.key: row.over for row in keepings(now, practice_day(now))}
        assert before == {
            "content": 1,
            "reports": 0,
            "agreements": 0,
            "ledger": 1,
            "enquiries": 0,
            "facts": 0,
        }
        removed = remove_what_is_over(practice=cast.practice, now=now)
        assert removed == {Kind.CONTENT: 1, Kind.LEDGER: 1}
        assert RetentionRun.objects.get().removed == {"content": 1, "ledger": 1}
    with scope(cast.bob.scope()), confidential():
        assert [note.client_id for note in PrivateNote.objects.all()] == [cast.dave_client.pk]


def _ended(engagement: Engagement, *, days: int) -> None:
    today = practice_day()
    Engagement.objects.filter(pk=engagement.pk).update(
        state=Engagement.State.COMPLETED,
        starts_on=today - timedelta(days=days + 100),
        ends_on=today - timedelta(days=days),
    )
    Client.objects.filter(pk=engagement.client_id).update(
        created_at=timezone.now() - timedelta(days=days + 100)
    )


def test_a_client_whose_record_is_over_is_erased_unless_it_is_held(cast: Cast) -> None:
    now = timezone.now()
    with scope(system_scope(cast.practice.pk)):
        _ended(cast.carol_engagement, days=73 * 31)
        _ended(cast.dave_engagement, days=73 * 31)
        place_hold(client=cast.dave_client, reason="order", by=cast.alice.membership, now=now)
        removed = remove_what_is_over(practice=cast.practice, now=now)
        assert removed[Kind.FACTS] == 1
        assert not Client.objects.filter(pk=cast.carol_client.pk).exists()
        assert Client.objects.filter(pk=cast.dave_client.pk).exists()


def test_periods_stay_within_their_bounds(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.alice.scope()):
        choose_periods(practice=cast.practice, months={Kind.CONTENT: 12}, now=now)
        for months in (periods()[Kind.AGREEMENTS].least - 1, periods()[Kind.AGREEMENTS].most + 1):
            with pytest.raises(NotAllowed):
                choose_periods(practice=cast.practice, months={Kind.AGREEMENTS: months}, now=now)
        found = {row.key: row.months for row in _keepings(cast, now)}
    assert (found["content"], found["agreements"]) == (12, 72)


def _keepings(cast: Cast, now: object) -> object:
    with scope(system_scope(cast.practice.pk)):
        return keepings(now, practice_day(now))


def test_nights_that_remove_nothing_though_something_is_over_are_noticed(cast: Cast) -> None:
    now = timezone.now()
    with scope(system_scope(cast.practice.pk)):
        for day in range(3):
            RetentionRun.objects.create(ran_at=now - timedelta(days=day))
        assert nights(now, over=4).is_quiet
        assert not nights(now, over=0).is_quiet
        assert nights(now + timedelta(days=3), over=0).is_late


def test_months_end_where_the_calendar_does() -> None:
    today = timezone.datetime(2027, 3, 31).date()
    assert months_before(today, 1).isoformat() == "2027-02-28"
    assert months_before(today, -1).isoformat() == "2027-04-30"
    assert months_before(today, 15).isoformat() == "2025-12-31"
