"""A verb and the frame that asked for it, in one transaction: whatever the verb does, the frame is kept."""

from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from django.db import InterfaceError, OperationalError, transaction

from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import frames

log = structlog.stdlib.get_logger(__name__)


class Told(NamedTuple):
    """What the station is answered, and the session that it is about."""

    answer: dict[str, Any]
    session_key: int = 0


def tell(heard: Heard, *ways: Callable[[], Told]) -> Told | None:
    """Try one way after the other, each in a savepoint, until one works; None if none did, the frame kept all the same.

    Trouble with the database itself is no failure of the verb: it ends the transaction, and nothing is acknowledged.
    """
    errors: list[str] = []
    with transaction.atomic():
        told = next(filter(None, (_try(way, errors) for way in ways)), None)
        session_key = told.session_key if told else 0
        frames.keep(heard.row(error="; ".join(errors), session_key=session_key))
    return told


def _try(way: Callable[[], Told], errors: list[str]) -> Told | None:
    try:
        with transaction.atomic():
            return way()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("a verb failed on a frame that is kept")
        errors.append(f"{type(error).__name__}: {error}")
        return None
