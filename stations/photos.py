"""Photos that people send, as files: none is left behind by what came to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile


@contextmanager
def kept_if_done(place: FieldFile, name: str, content: bytes) -> Iterator[str]:
    """Write a file where a field keeps its own, and take it away again if the block fails; answers its whole name.

    The block holds the transaction that names the file, whole.
    """
    storage = place.storage
    whole = storage.save(place.field.generate_filename(place.instance, name), ContentFile(content))
    try:
        yield whole
    except BaseException:
        storage.delete(whole)
        raise
