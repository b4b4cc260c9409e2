"""Files as people upload them, and the page that reads them."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from drivepower.core import sheets
from drivepower.core.sheets import Sheet
from drivepower.core.tests.tables import csv_of
from drivepower.portal.moving import previews
from drivepower.portal.moving.kinds import KINDS
from drivepower.portal.moving.lines import Line


def sheet_of(kind: str, content: bytes) -> Sheet:
    """What the page reads of such a file."""
    return sheets.read(io.BytesIO(content), known=KINDS[kind].known, needed=KINDS[kind].needed)


def looked(kind: str, *lines: str) -> list[Line]:
    """What a CSV file of these lines would do."""
    return KINDS[kind].plan(sheet_of(kind, csv_of(*lines)), timezone.now(), False)


def imported(kind: str, by: User, *lines: str) -> dict[str, int]:
    """Look at a CSV file of these lines, and do it."""
    token, _lines = previews.show(
        kind=KINDS[kind], sheet=sheet_of(kind, csv_of(*lines)), file_name="file.csv", by=by, at=timezone.now()
    )
    return previews.apply(kind=KINDS[kind], token=token, by=by, at=timezone.now())


def look(client: Client, kind: str, content: bytes, name: str = "file.csv") -> Any:
    """Upload the file; the page that answers."""
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("admin:portal_import_look", args=[kind]), {"file": file}, follow=True)


def apply(client: Client, kind: str, page: Any) -> Any:
    """Press the button of that page."""
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token is not None
    return client.post(reverse("admin:portal_import_apply", args=[kind]), {"token": token[1]}, follow=True)


def of(lines: list[Line]) -> list[tuple[str, str]]:
    """What is said of each line: its name and its state."""
    return [(line.name, line.state) for line in lines]
