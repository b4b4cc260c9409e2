"""Every setting of DrivePower, read from the environment; a bad or missing value stops the start with one sentence."""

import warnings
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from drivepower import composition, languages, logs, rest
from drivepower.environment import Settings, pooled, stop
from drivepower.schedule import SCHEDULE
from drivepower.till import check_providers

BASE_DIR = Path(__file__).resolve().parent.parent
env = Settings()

# A file of NAME=value lines that fills in what the environment does not set.
CONFIG_FILE: str = env("CONFIG_FILE", default=str(BASE_DIR / ".env"))
if Path(CONFIG_FILE).is_file():
    env.read_env(CONFIG_FILE)
elif str(BASE_DIR / ".env") != CONFIG_FILE:
    stop(f"the setting CONFIG_FILE names {CONFIG_FILE}, which is not a file.")

# --- Who we are -------------------------------------------------------------------------------------------------------
# Signs sessions and tokens; losing it logs everyone out, leaking it lets anyone in.
SECRET_KEY: str = env("SECRET_KEY")
if len(SECRET_KEY) < 50:
    stop("the setting SECRET_KEY is shorter than 50 characters; make one with `openssl rand -hex 32`.")
DEBUG: bool = env.switch("DEBUG", default=False)
# The demo prints its passwords and plays the bank: never on in production.
DEMO_MODE: bool = env.switch("DEMO_MODE", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# What drivers and stations type: links in receipts, QR codes and callbacks start with it.
PUBLIC_URL: str = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
if not PUBLIC_URL.startswith(("http://", "https://")):
    stop(f"the setting PUBLIC_URL is malformed: {PUBLIC_URL!r} does not start with http:// or https://.")
HTTPS = PUBLIC_URL.startswith("https://")
# What the button of a sticker's page opens in the drivers' app; {station} and {connector} stand for the place.
APP_LINK: str = env.matching("APP_LINK", r"|[a-z][a-z0-9+.-]*:\S+", "empty or an address", default="")
# What drivers call for help: on stickers and their page.
OPERATOR_PHONE: str = env.matching("OPERATOR_PHONE", r"[0-9+() -]{0,40}", "empty or a phone number", default="")

# --- Where facts are kept ---------------------------------------------------------------------------------------------
_database = env.postgres("DATABASE_URL")
# A semaphore in front of each executor equals its share of this pool, so nobody waits for a connection inside it.
DATABASE_POOL_SIZE: int = env.at_least("DATABASE_POOL_SIZE", 1, default=8)
DATABASES = {"default": pooled(_database, size=DATABASE_POOL_SIZE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Doorbells: nothing that must survive is kept here ----------------------------------------------------------------
REDIS_URL: str = env.redis("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "drivepower.core.valkey.PooledCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "drivepower",
    }
}
CHANNEL_LAYERS = {
    "default": {
        # The pub/sub layer keeps unread messages; the core layer drops past 100 without a word.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # A message reaches every database of one Valkey: the prefix keeps two installations on it apart.
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"drivepower{urlsplit(REDIS_URL).path}"},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": "drivepower:", "visibility_timeout": 600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Stations ---------------------------------------------------------------------------------------------------------
# Keys are stored as HMAC with this pepper; changing it locks every station out.
OCPP_KEY_PEPPER: str = env("OCPP_KEY_PEPPER")
if len(OCPP_KEY_PEPPER) < 24:
    stop("the setting OCPP_KEY_PEPPER is shorter than 24 characters; make one with `openssl rand -hex 32`.")
OCPP_HEARTBEAT_INTERVAL: int = env.at_least("OCPP_HEARTBEAT_INTERVAL", 1, default=300)
# How long a requested start waits for the station's StartTransaction.
START_TIMEOUT_SECONDS: int = env.at_least("START_TIMEOUT_SECONDS", 1, default=120)
# How long a station may take to answer one of our calls.
OCPP_CALL_TIMEOUT_SECONDS: int = env.at_least("OCPP_CALL_TIMEOUT_SECONDS", 1, default=30)
# At the door of stations. `http` refuses an unknown subprotocol with 400, `spec` by accepting and closing (J 3.2).
OCPP_SUBPROTOCOL_REFUSAL: str = env.matching("OCPP_SUBPROTOCOL_REFUSAL", "http|spec", "http or spec", default="http")
OCPP_UNKNOWN_404: bool = env.switch("OCPP_UNKNOWN_404", default=False)
OCPP_ALLOWED_ORIGINS: list[str] = env.list("OCPP_ALLOWED_ORIGINS", default=[])
OCPP_REQUIRE_TLS: bool = env.switch("OCPP_REQUIRE_TLS", default=False)
# Which proxies are believed what they say of TLS, and where they say it: both for security profile 3.
OCPP_TRUSTED_PROXY_ADDRESSES: list[str] = env.networks("OCPP_TRUSTED_PROXY_ADDRESSES", default=[])
OCPP_CLIENT_CERTIFICATE_HEADER: str = env("OCPP_CLIENT_CERTIFICATE_HEADER", default="")
OCPP_CLIENT_VERIFY_HEADER: str = env("OCPP_CLIENT_VERIFY_HEADER", default="X-SSL-Client-Verify")
# Beyond so many frames a second, and so many at once, a socket is read more slowly.
OCPP_FRAMES_PER_SECOND: int = env.at_least("OCPP_FRAMES_PER_SECOND", 1, default=100)
OCPP_FRAMES_AT_ONCE: int = env.at_least("OCPP_FRAMES_AT_ONCE", 1, default=500)
# The same for what the frames hold, in bytes.
OCPP_BYTES_PER_SECOND: int = env.at_least("OCPP_BYTES_PER_SECOND", 1024, default=1024**2)
OCPP_BYTES_AT_ONCE: int = env.at_least("OCPP_BYTES_AT_ONCE", 1024, default=4 * 1024**2)
# Over how long a server that stops sends its stations away.
OCPP_DRAIN_SECONDS: int = env.at_least("OCPP_DRAIN_SECONDS", 0, default=5)
# After a Boot, ask for what was never read; off, since certification tools fail whoever asks unasked.
OCPP_AUTO_PROVISION: bool = env.switch("OCPP_AUTO_PROVISION", default=False)
# What is accepted in DataTransfer and kept with its frame: vendorId/messageId, or vendorId alone.
OCPP_DATA_KEPT: list[str] = env.list("OCPP_DATA_KEPT", default=[])

# What stations fetch and send, and the local authority's key; none of it is served as it lies there.
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / ".data"))).absolute()
MEDIA_ROOT = str(Path(env("MEDIA_ROOT", default=str(DATA_DIR / "files"))).absolute())
# How long a link for a station is good, how much one file and all files of stations may hold.
FILE_LINK_HOURS: int = env.at_least("FILE_LINK_HOURS", 1, default=24)
FILE_UPLOAD_MAX_BYTES: int = env.at_least("FILE_UPLOAD_MAX_BYTES", 1, default=100 * 1024**2)
FILE_STORE_MAX_BYTES: int = env.at_least("FILE_STORE_MAX_BYTES", FILE_UPLOAD_MAX_BYTES, default=10 * 1024**3)
# Who signs the certificates of stations (see stations/ca), where the local one keeps its key, and O of each subject.
CERTIFICATE_AUTHORITY: str = env("CERTIFICATE_AUTHORITY", default="stations.ca.local.LocalAuthority")
LOCAL_CA_FOLDER: str = env("LOCAL_CA_FOLDER", default=str(DATA_DIR / "authority"))
OCPP_OPERATOR_NAME: str = env.matching("OCPP_OPERATOR_NAME", ".{1,64}", "1 to 64 characters", default="DrivePower")

# --- Money ------------------------------------------------------------------------------------------------------------
DEFAULT_CURRENCY: str = env.matching("DEFAULT_CURRENCY", "[A-Z]{3}", "three capital letters", default="KGS")
# The short code in front of receipt numbers.
RECEIPT_SELLER: str = env.matching("RECEIPT_SELLER", ".{1,10}", "one to ten characters", default="DP")
# Who sells, as receipts print it.
SELLER_NAME: str = env("SELLER_NAME", default="DrivePower")
SELLER_TAX_ID: str = env("SELLER_TAX_ID", default="")
SELLER_ADDRESS: str = env("SELLER_ADDRESS", default="")
# In how many days companies are to pay an invoice.
INVOICE_DUE_DAYS: int = env.at_least("INVOICE_DUE_DAYS", 0, default=14)
# Who makes QR codes to pay, and who shows the page that takes cards.
PAYMENT_PROVIDER: str = env.matching("PAYMENT_PROVIDER", "sandbox|odengi", "sandbox or odengi", default="sandbox")
CARD_PROVIDER: str = env.matching("CARD_PROVIDER", "sandbox|stripe", "sandbox or stripe", default="sandbox")
SANDBOX_BANK_URL: str = env("SANDBOX_BANK_URL", default=f"{PUBLIC_URL}/sandbox/bank")
# O!Dengi: where it answers, the merchant's id and password, and the secret of its callbacks (empty: unsigned).
ODENGI_URL: str = env("ODENGI_URL", default="")
ODENGI_SID: str = env("ODENGI_SID", default="")
ODENGI_PASSWORD: str = env("ODENGI_PASSWORD", default="")
ODENGI_WEBHOOK_SECRET: str = env("ODENGI_WEBHOOK_SECRET", default="")
# Stripe: the secret key, that of its callbacks, and where it answers.
STRIPE_API_KEY: str = env("STRIPE_API_KEY", default="")
STRIPE_WEBHOOK_SECRET: str = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_URL: str = env("STRIPE_API_URL", default="https://api.stripe.com")
check_providers(globals())
# The cash register that receipts are registered at, and how that of the sandbox answers.
FISCAL_ADAPTER: str = env.matching("FISCAL_ADAPTER", "none|sandbox", "none or sandbox", default="none")
FISCAL_SANDBOX: str = env.matching("FISCAL_SANDBOX", "works|away|refuses", "works, away or refuses", default="works")
# From this amount on, with what the same person moved alone in a day, money by hand waits for a second one; 0: always.
APPROVAL_FROM: int = env.at_least("APPROVAL_FROM", 0, default=1000)
# What a charge costs beyond the money of its payer: owed by them, or borne by the house.
SHORTFALL: str = env.matching("SHORTFALL", "owe|absorb", "owe or absorb", default="owe")
# What a charge without a limit holds at first and grows by, and the least it starts with; *: currencies without a name.
RESERVE_STEP: dict[str, Decimal] = env.amounts("RESERVE_STEP", default="KGS=200,USD=5,EUR=5,*=200")
RESERVE_LEAST: dict[str, Decimal] = env.amounts("RESERVE_LEAST", default="KGS=10,USD=1,EUR=1,*=10")
# A finished charge beyond any of these is looked at by a person before money moves.
REVIEW_POWER_PERCENT: int = env.at_least("REVIEW_POWER_PERCENT", 100, default=110)
REVIEW_LONGEST_HOURS: int = env.at_least("REVIEW_LONGEST_HOURS", 1, default=72)
REVIEW_LARGEST_KWH: int = env.at_least("REVIEW_LARGEST_KWH", 1, default=500)
REVIEW_CLOCK_SECONDS: int = env.at_least("REVIEW_CLOCK_SECONDS", 1, default=300)

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_JWT_EXPIRES_MINUTES: int = env.at_least("AUTH_JWT_EXPIRES_MINUTES", 1, default=60)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.EmailOrPhoneBackend"]
AUTH_PASSWORD_VALIDATORS = rest.PASSWORDS
# After too many wrong passwords a door stays shut for so long; see accounts/locks.
AXES_HANDLER, AXES_COOLOFF_TIME = "accounts.locks.PasswordLock", timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_LOCKOUT_CALLABLE, AXES_CLIENT_IP_CALLABLE = "accounts.locks.show_locked", "accounts.locks.address_of"
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = AXES_ENABLE_ADMIN = AXES_VERBOSE = False
SIMPLE_JWT = rest.tokens(key=SECRET_KEY, minutes=AUTH_JWT_EXPIRES_MINUTES)
LOGIN_REDIRECT_URL = "admin:index"
# Whether staff may or must have a second factor, and how their apps call us.
STAFF_OTP: str = env.matching("STAFF_OTP", "optional|required", "optional or required", default="optional")
OTP_TOTP_ISSUER = SELLER_NAME
# Browser apps that may call the API and open its streams.
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS, CORS_EXPOSE_HEADERS = rest.HEADERS_TAKEN, rest.HEADERS_SHOWN
# An outside identity provider whose tokens (RS256) are taken beside ours: its `iss`, our `aud`, where its keys are.
OIDC_ISSUER: str = env("OIDC_ISSUER", default="")
OIDC_AUDIENCE: str = env("OIDC_AUDIENCE", default="")
OIDC_JWKS_URL: str = env("OIDC_JWKS_URL", default="")

# --- Words to people --------------------------------------------------------------------------------------------------
# A mail server as smtp://user:password@host:587; without one, mail stays in the sandbox.
EMAIL_URL: str = env("EMAIL_URL", default="")
EMAIL_FROM: str = env("EMAIL_FROM", default="DrivePower <noreply@localhost>")
# Who gets the report of each month (uptime, success) by mail.
REPORT_EMAILS: list[str] = env.list("REPORT_EMAILS", default=[])
# A gateway for SMS or a messenger that takes {"to", "text"} as JSON with a bearer token; without one, the sandbox.
SMS_URL: str = env("SMS_URL", default="")
SMS_TOKEN: str = env("SMS_TOKEN", default="")
# A messenger's gateway for people on duty, in the same words; without one, the sandbox.
DUTY_MESSENGER_URL: str = env("DUTY_MESSENGER_URL", default="")
DUTY_MESSENGER_TOKEN: str = env("DUTY_MESSENGER_TOKEN", default="")
# The VAPID key (PEM or base64url) and contact of web push; without a key nobody is pushed to.
WEB_PUSH_KEY: str = env("WEB_PUSH_KEY", default="")
WEB_PUSH_CONTACT: str = env("WEB_PUSH_CONTACT", default="mailto:noreply@localhost")
# Below it a driver hears that the wallet is nearly empty; *: currencies without a name.
LOW_BALANCE: dict[str, Decimal] = env.amounts("LOW_BALANCE", default="KGS=100,USD=2,EUR=2,*=100")

# --- The house --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = composition.APPS
MIDDLEWARE = composition.MIDDLEWARE
ROOT_URLCONF = "drivepower.urls"
ASGI_APPLICATION = "drivepower.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
REST_FRAMEWORK = rest.framework(proxies=env.at_least("TRUSTED_PROXIES", 0, default=0))
SPECTACULAR_SETTINGS = rest.SPECTACULAR
# Whether /api/schema/ and /api/docs/ are there for everybody.
ENABLE_SWAGGER: bool = env.switch("ENABLE_SWAGGER", default=True)
# Who may read /metrics: whoever shows this as a bearer token; without one, only this machine.
METRICS_TOKEN: str = env("METRICS_TOKEN", default="")
# Hosts (host:port) on private networks that webhooks may be sent to; all others must have public addresses.
WEBHOOK_PRIVATE_HOSTS: list[str] = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])
# So many commands of one person go to stations each second; what is more waits its turn.
COMMANDS_PER_SECOND: int = env.at_least("COMMANDS_PER_SECOND", 1, default=10)

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Folders with more catalogues (LANGUAGE/LC_MESSAGES/django.mo); each is one more language.
MORE_LOCALES: list[Path] = [Path(folder).absolute() for folder in env.list("MORE_LOCALES", default=[])]
LOCALE_PATHS = [*MORE_LOCALES, BASE_DIR / "locale"]
LANGUAGES = languages.found(LOCALE_PATHS)
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "drivepower.portal.formats"
DEFAULT_LOCATION_TIME_ZONE: str = env.time_zone("DEFAULT_LOCATION_TIME_ZONE", default="Asia/Bishkek")

# --- Map: without tiles it shows names on a plain ground and asks nobody ----------------------------------------------
MAP_TILE_URL: str = env("MAP_TILE_URL", default="")
MAP_TILE_CREDIT: str = env("MAP_TILE_CREDIT", default="")

# --- Files of the browser ---------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "build" / "static"))
# A tree whose files nobody collected is served by finders; the folder that is missing then is no cause for alarm.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = not Path(STATIC_ROOT).is_dir()
warnings.filterwarnings("ignore", message="No directory at")

# --- Browser safety ---------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Some of them tell a secret, once: in a cookie it could be read by whoever gets hold of the browser's files.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "SAMEORIGIN"  # unfold opens related records in a frame of its own page
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which asks for DENY

# --- Log: one JSON line per event -------------------------------------------------------------------------------------
LOG_LEVEL: str = env("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    stop(f"the setting LOG_LEVEL is malformed: {LOG_LEVEL!r} is not DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = logs.configure(LOG_LEVEL)

# --- How the portal looks ---------------------------------------------------------------------------------------------
from drivepower.portal.theme import UNFOLD  # noqa: E402, F401  # plain data
