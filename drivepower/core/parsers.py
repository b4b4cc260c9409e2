"""JSON as strangers send it: no more bytes and no deeper than anybody needs, whatever is made of it afterwards."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

# The deepest thing that is sent to us, a charging profile, has six levels; what walks through it calls itself.
DEEPEST = 32


class HouseJSONParser(JSONParser):
    """The one parser of JSON; subclasses say how fractions are read."""

    fraction: type[float] | type[str] = float

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document; ParseError for what is no JSON, NaN and Infinity included, RequestDataTooBig."""
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        written = stream.read(most + 1)
        if len(written) > most:
            raise RequestDataTooBig
        try:
            text = codecs.decode(written, encoding)
            document = json.loads(text, parse_float=self.fraction, parse_constant=strict_constant)
        except (ValueError, LookupError, RecursionError) as error:
            raise ParseError("This is not JSON.") from error
        if is_too_deep(document):
            raise ParseError("This is nested too deeply.")
        return document


def is_too_deep(document: Any) -> bool:
    """Whether lists and objects lie in each other deeper than anybody needs; without calling itself."""
    level = [document]
    for _ in range(DEEPEST + 1):
        held = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        if not held:
            return False
        level = [inner for one in held for inner in one]
    return True
