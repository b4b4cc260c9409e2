"""What a file of firmware is, beyond its name, and which stations it is for."""

import hashlib

from django.core.files.base import File
from django.db.models import QuerySet

from stations.models import FirmwareImage, Station


def measure(file: "File[bytes]") -> tuple[int, str]:
    """Size and SHA-256, read in pieces."""
    digest, size = hashlib.sha256(), 0
    for chunk in file.chunks():
        size += len(chunk)
        digest.update(chunk)
    file.seek(0)
    return size, digest.hexdigest()


def fitting(image: FirmwareImage) -> QuerySet[Station]:
    """The stations that an image is for; one that names no vendor or model is for all."""
    named = {"vendor__iexact": image.vendor, "model__iexact": image.model}
    return Station.objects.filter(**{name: said for name, said in named.items() if said}).order_by("code")
