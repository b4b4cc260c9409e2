"""The files inside a form that lies on the disk: each to a partial file of its own, never into memory."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from stations.files.uploads import Came, partial_file
from stations.hosting.answers import CHUNK, Refused


class ToDisk(FileUploadHandler):
    """Writes every file of a form down."""

    chunk_size = CHUNK

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Came] = []
        self.paths: list[Path] = []
        self._file: BinaryIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Another file begins."""
        super().new_file(*args, **kwargs)
        self._end()
        self.paths.append(partial_file())
        self._file, self._digest = self.paths[-1].open("xb"), hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it."""
        if self._file:
            self._file.write(raw_data)
            self._digest.update(raw_data)

    def file_complete(self, file_size: int) -> None:
        """The whole of it."""
        self._end()
        self.came.append(Came(self.file_name or "", self.paths[-1], file_size, self._digest.hexdigest()))

    def upload_interrupted(self) -> None:
        """The form is broken: nothing of it stays."""
        self.clear()

    def clear(self) -> None:
        """Take everything away again."""
        self._end()
        for path in self.paths:
            path.unlink(missing_ok=True)

    def _end(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def extract(body: Path, *, content_type: str, size: int) -> list[Came]:
    """The files of a form; raises Refused 400 where there is none or the form cannot be read."""
    handler = ToDisk()
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": size}
    try:
        with body.open("rb") as form:
            MultiPartParser(meta, form, [handler], "utf-8").parse()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnicodeError) as error:
        handler.clear()
        raise Refused(HTTPStatus.BAD_REQUEST) from error
    except BaseException:
        handler.clear()
        raise
    if not handler.came:
        handler.clear()
        raise Refused(HTTPStatus.BAD_REQUEST)
    return handler.came
