"""Certificates that stations ask for, are given, hold and lose (W 2.7, 4 and 5)."""

from stations.certificates.holding import ask_delete, ask_install, ask_list, note_deleted, note_list
from stations.certificates.mirror import give_up, mirror, note_answer, watch_ends
from stations.certificates.signing import ask_request, receive_request, sign, sign_waiting

__all__ = [
    "ask_delete",
    "ask_install",
    "ask_list",
    "ask_request",
    "give_up",
    "mirror",
    "note_answer",
    "note_deleted",
    "note_list",
    "receive_request",
    "sign",
    "sign_waiting",
    "watch_ends",
]
