from pathlib import Path

import pytest
from django.core.mail import mailers as open_mailers

from coachops.mail.mailers import mailers

FOLDER = Path("mail")


def test_without_an_address_mail_stays_in_a_folder():
    assert mailers("", folder=FOLDER)["default"]["OPTIONS"] == {"folder": FOLDER}


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp://mail.example.test", 25, False, False),
        ("smtp+tls://mail.example.test", 587, True, False),
        ("smtps://mail.example.test", 465, False, True),
    ],
)
def test_servers(settings, url, port, use_tls, use_ssl):
    settings.MAILERS = mailers(url, folder=FOLDER)
    mailer = open_mailers.default
    assert (mailer.port, mailer.use_tls, mailer.use_ssl) == (port, use_tls, use_ssl)
    assert mailer.timeout == 20


def test_a_password_may_hold_anything(settings):
    settings.MAILERS = mailers("smtp://me%40x:p%2Fw%3A@mail.example.test", folder=FOLDER)
    assert (open_mailers.default.username, open_mailers.default.password) == ("me@x", "p/w:")


def test_a_provider_takes_its_options(settings):
    settings.MAILERS = mailers("anymail+postmark://?server_token=abc", folder=FOLDER)
    assert open_mailers.default.server_token == "abc"


@pytest.mark.parametrize("url", ["ftp://mail.example.test", "smtp://", "mail.example.test"])
def test_anything_else_is_refused(url):
    with pytest.raises(ValueError, match="EMAIL_URL must begin"):
        mailers(url, folder=FOLDER)
