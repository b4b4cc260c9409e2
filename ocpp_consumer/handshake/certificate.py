"""The client certificate of security profile 3, which a proxy has verified and passed on (W A00.FR.403-405)."""

from datetime import datetime
from urllib.parse import unquote

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings


def fault_of(certificate: str, *, name: str, at: datetime) -> str:
    """What is wrong with a certificate, URL-encoded PEM, for the station that is expected to have this CN.

    Nothing if it may come in. Its chain is the proxy's to verify; dates are looked at again, since proxies cache.
    """
    if not certificate:
        return "no client certificate"
    if not name:
        return "no certificate is expected: the station's certificate name is empty"
    try:
        parsed = x509.load_pem_x509_certificate(unquote(certificate).encode())
        names = [str(one.value) for one in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        organisations = [str(one.value) for one in parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    except ValueError:
        return "a certificate that cannot be read"
    if not parsed.not_valid_before_utc <= at <= parsed.not_valid_after_utc:
        return "a certificate that is not valid now"
    if not any(settings.OCPP_OPERATOR_NAME in one for one in organisations):
        return "a certificate of another organisation"
    return "" if names == [name] else "a certificate of another station"
