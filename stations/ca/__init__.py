"""Who signs the certificates of stations: what an authority can do, and the one that CERTIFICATE_AUTHORITY names."""

from datetime import datetime
from typing import Protocol

from cryptography import x509
from django.conf import settings
from django.utils.module_loading import import_string


class Authority(Protocol):
    """Signs for stations; may be slow or away, and raises whatever it likes then: the request is tried again."""

    def sign(self, csr: x509.CertificateSigningRequest, *, subject: x509.Name, at: datetime) -> str:
        """The chain in PEM with LF, the station's certificate first, the root left out (W 5.1)."""
        ...

    def root(self) -> str:
        """The root certificate in PEM: what checks the certificates of stations trusts it."""
        ...


def authority() -> Authority:
    """The authority of this installation."""
    return chosen()()


def chosen() -> type[Authority]:
    """The class that CERTIFICATE_AUTHORITY names; ImportError for what is none."""
    found: type[Authority] = import_string(settings.CERTIFICATE_AUTHORITY)
    if not callable(found):
        raise ImportError(f"{settings.CERTIFICATE_AUTHORITY} is no class")
    return found
