"""An API by its published schema alone: what is not told there cannot be asked, and no answer may differ from it."""

import time
from typing import Any

import httpx

# Too many requests: whoever asks waits as long as the answer says.
BUSY = 429


class Untold(Exception):
    """The schema does not tell of this route, or of this answer."""


class Api:
    """Requests by method and the schema's own address; tokens and names of things are the caller's."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        self.paths: dict[str, Any] = self.client.get("/api/schema/", params={"format": "json"}).json()["paths"]
        self.asked: set[tuple[str, str]] = set()
        self.token = ""

    def call(
        self, method: str, path: str, *, names: dict[str, str] | None = None, refused: str = "", **sent: Any
    ) -> Any:
        """One request; the body of its answer, as JSON where it is JSON; `refused` is the error it must answer with.

        Raises Untold.
        """
        operation = self.paths.get(path, {}).get(method.lower())
        if operation is None:
            raise Untold(f"the schema has no {method} {path}")
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= sent.pop("headers", {})
        answer = self.client.request(method, path.format(**(names or {})), headers=headers, **sent)
        while answer.status_code == BUSY:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = self.client.request(method, path.format(**(names or {})), headers=headers, **sent)
        if str(answer.status_code) not in operation["responses"]:
            raise Untold(f"{method} {path} answered {answer.status_code}, which the schema does not tell of")
        if answer.status_code >= 400 and (not refused or answer.json()["error"] != refused):
            raise Untold(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        self.asked.add((method, path))
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json else answer.content
