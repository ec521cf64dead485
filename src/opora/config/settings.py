"""Django's settings, made of the environment (opora.lib.environment) and of nothing else."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from opora.lib import environment
from opora.lib.secret import secret_key

OPORA = environment.read()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret_key(OPORA.home)
DEBUG = False
# Which names reach us is the proxy's business; links are made from OPORA_URL, never from Host.
ALLOWED_HOSTS = ["*"]
BLOBS = OPORA.home / "blobs"

_DATABASE = environ.Env.db_url_config(environment.database_url(OPORA))
DATABASES = {
    "default": _DATABASE
    | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    # Seconds; a server that takes connections and says nothing is away.
    | {"OPTIONS": {"connect_timeout": 10} | _DATABASE.get("OPTIONS", {})}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "opora.trail",
    "opora.files",
    "opora.jobs",
    "opora.people",
    "opora.outbox",
    "opora.doors",
    "opora.desk",
    "opora.intake",
    "opora.channels.email",
    "opora.workspace",
    "opora.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "opora.workspace.csp.StrictContent",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "opora.workspace.middleware.InTheirWords",
    "opora.workspace.middleware.Wall",
    "opora.workspace.middleware.ShowRefusals",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the libraries: allauth's pages are drawn by us.
        "DIRS": [PACKAGE / "workspace" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opora.workspace.frame.frame",
            ],
        },
    }
]
ROOT_URLCONF = "opora.config.urls"
WSGI_APPLICATION = None

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "opora.workspace.rooms.adapters.AccountAdapter"
# As patient as axes, which remembers over a restart; this one counts codes of second factors too.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/300s/key"}
MFA_ADAPTER = "opora.workspace.rooms.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Opora"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "opora.workspace.rooms.adapters.username_of"
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_ENABLE_ACCESS_FAILURE_LOG = False

SESSION_ENGINE = "opora.workspace.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPORA.url.startswith("https:")
CSRF_TRUSTED_ORIGINS = [OPORA.url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# The web server has already limited the body; files go to disk above this size.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
EMAIL_TIMEOUT = 60

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {"outages": {"()": "opora.lib.outages.OneLine"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["outages"],
        }
    },
    # Its warning names the path, in which the token of a sign-in link may stand.
    "loggers": {"django.security.csrf": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
