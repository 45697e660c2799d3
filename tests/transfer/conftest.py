"""Everybody here has set up a second factor; who has not is asked first, as a test says."""

import pytest


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("imports", "transfers"):
        monkeypatch.setattr(
            f"coachops.transfer.views.{name}.has_second_factor", lambda _request: True
        )
