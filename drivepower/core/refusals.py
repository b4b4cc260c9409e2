"""The one way in which a verb says no."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A request that was understood and is not carried out: a code for programs, a sentence for people."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})
