"""Says who acts: the person of a request to the admin, a Celery task, a management command."""

import sys
from collections.abc import Callable
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from drivepower.core.acting import act_as, acting

Answer = Callable[[HttpRequest], HttpResponseBase]
# Tasks that run, by their id, with what takes their names back.
_running: dict[str, Any] = {}

# Where people of staff act; the operator API names its own.
PAGES = "/admin/"


class Person:
    """Names whoever is logged in to the admin; views of the API name theirs, once they have read its token."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The name is taken back from the connection after every request."""
        with acting(person_of(request)):
            return self.get_response(request)


def person_of(request: HttpRequest) -> str:
    """Who is logged in; of requests that are not to the admin, nobody."""
    if not request.path_info.startswith(PAGES) or not request.user.is_authenticated:
        return ""
    return f"staff:{request.user.public_id}"


def name_task(task_id: str, task: Any, **known: Any) -> None:
    """Changes of a task carry its name."""
    _running[task_id] = acting(f"task:{task.name}")
    _running[task_id].__enter__()


def take_back(task_id: str, **known: Any) -> None:
    """Those after it do not."""
    if (running := _running.pop(task_id, None)) is not None:
        running.__exit__(None, None, None)


def name_command() -> None:
    """Changes of a management command carry its name."""
    if len(sys.argv) > 1 and sys.argv[0].endswith("manage.py"):
        act_as(f"command:{sys.argv[1]}")


task_prerun.connect(name_task, dispatch_uid="drivepower.audit")
task_postrun.connect(take_back, dispatch_uid="drivepower.audit")
