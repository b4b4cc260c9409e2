"""What a command is for, where that is a row that mirrors it."""

from stations.models import Command


def key_of(command: Command, kind: str) -> int:
    """The key in a subject like firmware:41; 0, which no row has, where there is none."""
    said, _, key = command.subject.partition(":")
    return int(key) if said == kind and key.isdecimal() else 0
