"""What a file of firmware is, beyond its name."""

import hashlib

from django.core.files.base import File


def measure(file: "File[bytes]") -> tuple[int, str]:
    """Size and SHA-256, read in pieces."""
    digest, size = hashlib.sha256(), 0
    for chunk in file.chunks():
        size += len(chunk)
        digest.update(chunk)
    file.seek(0)
    return size, digest.hexdigest()
