"""A list that the database does not find in time is answered in words, and keeps no slot for a minute."""

import pytest
from django.db import connection
from django.test import Client

from drivepower.core import patience
from drivepower.portal.tests.making import superuser


@pytest.mark.django_db(transaction=True)
def test_it_says_that_it_takes_too_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(superuser())
    monkeypatch.setattr(patience, "SECONDS", 0.3)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE charging_session IN ACCESS EXCLUSIVE MODE")
        answer = client.get("/admin/charging/session/")
    finally:
        other.close()

    assert answer.status_code == 503
    assert "Narrow it by a filter or a time." in answer.content.decode()
    assert client.get("/admin/charging/session/").status_code == 200
