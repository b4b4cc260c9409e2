"""What holds for every certificate that goes to a station."""

from collections.abc import Iterator

from drivepower.core.sentences import sentence
from stations import pem


def pem_problems(text: str, *, name: str) -> Iterator[str]:
    """What is wrong with a PEM text: it is read, and stations want LF between its lines."""
    try:
        pem.read_chain(text)
    except ValueError:
        yield sentence("%(name)s is no certificate in PEM.", name=name)
    if "\r" in text:
        yield sentence("%(name)s has lines that end in CR: stations want LF alone.", name=name)
