"""Real PostgreSQL and Valkey out of wheels, owned by our process, for a machine that has none.

The servers live in one data directory that one process owns; they end with it, even if it is killed. Only the
programs in the wheels are used.
"""


class CannotStart(Exception):
    """Something on this machine stands in the way; the message is one sentence for the person who starts us."""
