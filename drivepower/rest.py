"""How the API is served: plain data for Django REST framework, its tokens, and its published schema."""

from datetime import timedelta
from typing import Any

# Requests of one person or address a minute; what moves money or starts a charge, callbacks, passwords and codes less.
RATES = {
    "person": "60/min",
    "critical": "10/min",
    "webhook": "30/min",
    "login": "10/min",
    "code": "5/min",
    "operator": "300/min",
    "report": "6/min",
    "commission": "180/min",
}

# What browser apps of other origins may send, and may read beside the body.
HEADERS_TAKEN = ["accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-none-match"]
HEADERS_SHOWN = ["content-disposition", "content-language", "etag", "idempotent-replayed", "location", "retry-after"]


def framework(*, proxies: int) -> dict[str, Any]:
    """REST_FRAMEWORK; `proxies` of ours write X-Forwarded-For, with 0 the header counts for nothing."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "accounts.authentication.TokenAuthentication",
            "accounts.signed.SignedAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["drivepower.core.parsers.HouseJSONParser"],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "drivepower.core.negotiation.HouseNegotiation",
        "DEFAULT_PAGINATION_CLASS": "drivepower.core.pagination.NewestFirst",
        "DEFAULT_SCHEMA_CLASS": "drivepower.core.schema.HouseSchema",
        "DEFAULT_THROTTLE_CLASSES": ["drivepower.core.throttles.PersonThrottle"],
        "DEFAULT_THROTTLE_RATES": RATES,
        "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nobody our forms
        "EXCEPTION_HANDLER": "drivepower.core.errors.handle",
        "NUM_PROXIES": proxies,
        "COERCE_DECIMAL_TO_STRING": True,
        "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    }


def tokens(*, key: str, minutes: int) -> dict[str, Any]:
    """SIMPLE_JWT: access tokens of so many minutes, signed with our own key alone."""
    return {
        "ALGORITHM": "HS256",
        "SIGNING_KEY": key,
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=minutes),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
        "USER_ID_FIELD": "public_id",
        "USER_ID_CLAIM": "user_id",
        "AUDIENCE": "drivepower",
        "ISSUER": "drivepower",
        "TOKEN_TYPE_CLAIM": "typ",
        "UPDATE_LAST_LOGIN": False,
    }


# What a password has to be.
PASSWORDS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SPECTACULAR = {
    "TITLE": "DrivePower",
    "DESCRIPTION": "Charging for drivers, their apps, and operators. Money is text with its currency's decimals, "
    "energy is in kWh, times carry their offset. Whatever goes wrong has one shape: success, error, message, details.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "SCHEMA_PATH_PREFIX": r"/api(/v1)?",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Choices stay where they are (many things have a state).
    "POSTPROCESSING_HOOKS": ["drivepower.core.examples.give_examples"],
    "DISABLE_ERRORS_AND_WARNINGS": False,
}
