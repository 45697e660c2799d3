"""Settings. What differs between places comes from the environment; see docs/operations.md."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any

import dj_database_url
import environs
import structlog
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from coachops.mail.incoming import inbound_mail
from coachops.mail.mailers import mailers

BASE_DIR = Path(__file__).resolve().parent.parent

env = environs.Env()

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data")))


def _secret(name: str, default: str) -> str:
    """A secret from the file that NAME_FILE names, else from NAME."""
    path = env.str(f"{name}_FILE", "")
    return Path(path).read_text().strip() if path else env.str(name, default)


# The defaults of both secrets are refused by `check --deploy` (coachops.launch writes real ones).
SECRET_KEY = _secret("SECRET_KEY", "insecure-only-for-checks-and-tests-" + "x" * 30)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
MASTER_KEY = _secret("MASTER_KEY", "aW5zZWN1cmUtb25seS1mb3ItY2hlY2tzLWFuZC10ZXM=")

BASE_URL = env.str("BASE_URL", "http://localhost:8000").rstrip("/")
SECURE = BASE_URL.startswith("https://")
# Sessions with a room of their own meet under this address, as Jitsi's rooms do: no account needed.
MEETING_BASE_URL = env.str("MEETING_BASE_URL", "https://meet.jit.si").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL] if SECURE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_linear_migrations",
    "coachops.tenancy",
    "coachops.outbox",
    "coachops.audit",
    "coachops.mail",
    "coachops.documents",
    "coachops.web",
    "coachops.practices",
    "coachops.questionnaires",
    "clients",
    "programs",
    "scheduling",
    "tracking",
    "coachops.correspondence",
    "coachops.pages",
    "coachops.transfer",
    "coachops.retention",
    "coachops.demo",
]

MIDDLEWARE = [
    "coachops.web.middleware.FrameRoomMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coachops.practices.middleware.SessionUseMiddleware",
    "coachops.practices.middleware.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coachops.web.middleware.HtmxAnswerMiddleware",
    "coachops.web.middleware.ClockMiddleware",
    "coachops.practices.middleware.EndedSessionMiddleware",
    "coachops.practices.middleware.PrivatePageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "coachops.practices.middleware.PersonMiddleware",
    "coachops.practices.middleware.PracticeMiddleware",
]

# Answered without the request transaction: they must not need the database to be well.
UNSCOPED_PATHS = ("/static/", "/health/", "/theme/")

ROOT_URLCONF = "coachops.urls"
WSGI_APPLICATION = "coachops.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["coachops.web.templatetags.coachops"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "coachops.practices.context.person_and_practice",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(
            _secret("DATABASE_URL", "postgres://coachops_web@127.0.0.1:5432/coachops")
        ),
        "ENGINE": "coachops.tenancy.postgres",
        "CONN_MAX_AGE": 0,
        # A statement is read once and planned each time: a plan kept for practices of the usual
        # size reads the few large ones from end to end.
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": "-c plan_cache_mode=force_custom_plan",
        },
    }
}
if env.bool("DATABASE_POOL", False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 6, "timeout": 10}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes and independent of the broker: sign-in limits live here.
CACHES = {
    "default": {
        "BACKEND": "coachops.web.shared_cache.SharedCache",
        "LOCATION": "shared_cache",
        # The timetable drops entries beyond this; a limit that is dropped no longer limits.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "practices.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "chooser"

ACCOUNT_ADAPTER = "coachops.practices.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "coachops.practices.forms.accounts.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds: mail may take its time
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

MFA_ADAPTER = "coachops.practices.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CoachOps"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False

# Seconds. A session ends when it is not used for so long, and in any case at the cookie's age.
SESSION_ENGINE = "coachops.practices.models.sessions"
SESSION_IDLE_STAFF = 8 * 3600
SESSION_IDLE = 14 * 24 * 3600
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# ---- other calendars ---------------------------------------------------------------------------
# For tests alone: lets calendars be read from this machine. Refused by `check --deploy`.
CALENDARS_ON_LOOPBACK = env.bool("CALENDARS_ON_LOOPBACK", False)
# Each is offered to coaches once both of its values are set.
CALENDAR_PROVIDERS: dict[str, dict[str, str]] = {
    name: {"client_id": env.str(f"{name.upper()}_CALENDAR_CLIENT_ID", ""), "client_secret": secret}
    for name in ("google", "microsoft")
    if (secret := _secret(f"{name.upper()}_CALENDAR_CLIENT_SECRET", ""))
}

SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    # Clips of messages, and before it is sent the one that was just recorded.
    "media-src": [CSP.SELF, "blob:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# A form that leads to a provider's consent page is followed there by the browser.
_CONSENT_PAGES = {
    "google": "https://accounts.google.com",
    "microsoft": "https://login.microsoftonline.com",
}
SECURE_CSP["form-action"] += [_CONSENT_PAGES[name] for name in CALENDAR_PROVIDERS]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("STORAGE_URL", ""):
    _storage = env.url("STORAGE_URL")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _storage.path.strip("/"),
            "endpoint_url": f"https://{_storage.hostname}" if _storage.hostname else None,
            "access_key": _storage.username,
            "secret_key": _storage.password,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
# A million letters, of two bytes each, each of which is three on its way: what is too long for its
# field is said beside the field, and only what is made to do harm gets a page of its own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_500_000
FILE_UPLOAD_PERMISSIONS = 0o600

# ---- mail: a row first, sent by a worker ------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "CoachOps <hello@coachops.example>")
MAIL_DIR = DATA_DIR / "mail"
MAILERS = mailers(env.str("EMAIL_URL", ""), folder=MAIL_DIR)
# The organizer of every invitation is bookings+<token>@…, so that answers find their session.
BOOKINGS_ADDRESS = (
    env.str("BOOKINGS_ADDRESS", "")
    or f"bookings@{parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}"
)
INBOUND_MAIL = inbound_mail(_secret("INBOUND_EMAIL_URL", ""))
# Where the provider reports what bounced: anymail+postmark://secret posts to /mail/events/secret/.
MAIL_EVENTS = inbound_mail(_secret("EMAIL_EVENTS_URL", ""), name="EMAIL_EVENTS_URL")

# ---- documents --------------------------------------------------------------------------------
# A time-stamping authority (RFC 3161) puts the time on sealed agreements; empty: our own clock.
TIMESTAMP_URL = env.str("TIMESTAMP_URL", "")

# ---- background work ---------------------------------------------------------------------------
# Longer than one delivery may take; then another worker tries again.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 120)
# How many exports, imports and the like are worked on together. Fewer than there are worker
# processes, so that mail always finds one that is free.
OUTBOX_LONG_AT_ONCE = env.int("OUTBOX_LONG_AT_ONCE", 1)
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")

# Values of local variables never reach a log: they may be what somebody said in confidence.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"link_secrets": {"()": "coachops.web.redaction.LinkSecrets"}},
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
                structlog.dev.ConsoleRenderer(
                    colors=False, exception_formatter=structlog.dev.plain_traceback
                )
                if DEBUG or DEMO
                else structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["link_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it names each address, also those that are secrets
        "weasyprint": {"level": "ERROR"},
        "weasyprint.progress": {"level": "ERROR"},
    },
}

if env.str("SENTRY_DSN", ""):
    import sentry_sdk

    from coachops.web.redaction import before_send

    sentry_sdk.init(
        dsn=env.str("SENTRY_DSN"),
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=before_send,
    )
