"""What holds for every certificate that goes to a station."""

from collections.abc import Iterator

from stations import pem


def pem_problems(text: str, *, name: str) -> Iterator[str]:
    """What is wrong with a PEM text: it is read, and stations want LF between its lines."""
    try:
        pem.read_chain(text)
    except ValueError:
        yield f"{name} is no certificate in PEM."
    if "\r" in text:
        yield f"{name} has lines that end in CR: stations want LF alone."
