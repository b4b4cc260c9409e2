"""The wire of O!Dengi: envelopes signed over the very bytes that are sent, and answers read without a float.

Keys and their order, the signature and the version are those of product.md 4.7.
"""

import hmac
import json
import re
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings

from billing.payments import told
from billing.payments.protocol import ProviderAway, ProviderTrouble

VERSION = 1005
TIMEOUT_SECONDS = 5.0
LANGUAGES = ("ru", "ky", "en")
CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}")


def ask(cmd: str, data: dict[str, Any], *, language: str, at: datetime) -> dict[str, Any]:
    """One command; answers the `data` of a success. Raises ProviderTrouble, ProviderAway when no answer came."""
    envelope = signed(unsigned(cmd, data, language=language, at=at))
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        answer = httpx.post(settings.ODENGI_URL, content=envelope, headers=headers, timeout=TIMEOUT_SECONDS)
        told.answered(answer.text)
        answer.raise_for_status()
        said = json.loads(answer.content, parse_float=str, parse_constant=str)
    except httpx.TransportError as error:
        raise ProviderAway(f"O!Dengi does not answer: {type(error).__name__}") from error
    except httpx.HTTPStatusError as error:
        raise ProviderTrouble(f"O!Dengi answers with status {error.response.status_code}") from error
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise ProviderTrouble(f"O!Dengi's answer is of no use: {type(error).__name__}") from error
    return data_of(said)


def unsigned(cmd: str, data: dict[str, Any], *, language: str, at: datetime) -> bytes:
    """The envelope without its hash, compact, in UTF-8."""
    envelope = {
        "cmd": cmd,
        "version": VERSION,
        "sid": settings.ODENGI_SID,
        "mktime": str(int(at.timestamp())),
        "lang": language if language in LANGUAGES else LANGUAGES[0],
        "data": data,
    }
    return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()


def signed(envelope: bytes) -> bytes:
    """The same bytes with their HMAC-MD5 as the last key."""
    digest = hmac.new(settings.ODENGI_PASSWORD.encode(), envelope, "md5").hexdigest()
    return envelope[:-1] + f',"hash":"{digest}"}}'.encode()


def data_of(said: Any) -> dict[str, Any]:
    """What a successful answer holds; ProviderTrouble for an error, which is never taken for anything else."""
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, dict):
        raise ProviderTrouble("O!Dengi's answer has no data")
    if said.get("cmd") == "error" or data.get("error"):
        code = str(data.get("error"))
        raise ProviderTrouble(f"O!Dengi answers with error {code if CODE.fullmatch(code) else 'of no code'}")
    return data
