"""What was rung at Celery's broker, and a worker of the test's own that answers it."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis

from billing import tasks


def tasks_rung() -> list[tuple[str, list[Any]]]:
    """The tasks that wait at the broker, taken away from it."""
    found = []
    queue = f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}celery"
    with Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        while raw := broker.lpop(queue):
            message = json.loads(raw)
            found.append((message["headers"]["task"], json.loads(b64decode(message["body"]))[0]))
    return found


@contextmanager
def working() -> Iterator[list[str]]:
    """Run what is rung, on a thread, until the end; yields the names of what ran."""
    over, ran = threading.Event(), list[str]()

    def work() -> None:
        while not over.wait(0.02):
            for name, arguments in tasks_rung():
                getattr(tasks, name.removeprefix("billing."))(*arguments)
                ran.append(name)
        connection.close()

    tasks_rung()
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield ran
    finally:
        over.set()
        thread.join()
