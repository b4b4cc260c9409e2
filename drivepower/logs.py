"""The log: one JSON line per event on standard error; control characters are escaped, so no event forges another."""

import logging
import re
from typing import Any

import structlog

# What a parameter is called; anything else may be a value that somebody wrote without a name.
NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}")

# The address is the secret: whoever has it may put stations in service.
SECRET_PATH = re.compile(r"/commission/[^/?\s]+")

STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server tells anything: it takes every refused WebSocket for an application that gave up."""
    return not record.getMessage().startswith("ASGI callable returned without completing handshake")


def hide_queries(record: logging.LogRecord) -> bool:
    """Leave the names in the query strings of a server's line, and none of the values: tokens, phones, cards."""
    if isinstance(record.args, tuple):
        record.args = tuple(without_values(one) if isinstance(one, str) else one for one in record.args)
    return True


def without_values(address: str) -> str:
    """A path as it is; of its query the names alone, as far as they look like names."""
    path, mark, query = SECRET_PATH.sub("/commission/*", address).partition("?")
    names = [part.partition("=")[0] for part in query.split("&")] if mark else []
    return path + mark + "&".join(f"{name}=*" if NAME.fullmatch(name) else "*" for name in names)


def configure(level: str) -> dict[str, Any]:
    """Set structlog up and answer what Django's LOGGING should be, at this level."""
    structlog.configure(
        processors=[*STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": STEPS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=True),
                ],
            }
        },
        "filters": {"news": {"()": lambda: is_news}, "queries": {"()": lambda: hide_queries}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # The library logs whole frames, keys included.
            "ocpp": {"level": "ERROR"},
            "django.request": {"level": "ERROR", "filters": ["queries"]},
            "httpx": {"level": "WARNING"},
            # The server comes with handlers of its own, which write plain lines.
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"filters": ["news", "queries"]},
            "uvicorn.access": {"handlers": [], "propagate": True, "filters": ["queries"]},
        },
    }
