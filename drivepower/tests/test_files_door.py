"""Files have a door of their own in front of Django, and pages still have theirs."""

import httpx
import pytest

from drivepower.asgi import application


@pytest.mark.django_db(transaction=True)
async def test_it_answers_for_files_before_django_does() -> None:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        unknown = await client.put("/files/diagnostics/lnk0/", content=b"x")  # no CSRF token, no session, no redirect
        page = await client.get("/admin/login/")
    assert (unknown.status_code, unknown.text) == (404, "Not Found\n")
    assert (page.status_code, "csrfmiddlewaretoken" in page.text) == (200, True)
