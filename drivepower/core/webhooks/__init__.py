"""Events told to addresses outside: signed (Standard Webhooks), tried for three days, and told again on request.

Each delivery is at least once: whoever receives it knows a repeated one by its `webhook-id`, which is its event's.
"""

from drivepower.core.webhooks.delivering import deliver
from drivepower.core.webhooks.fanning import fan_out, replay, test
from drivepower.core.webhooks.keeping import change, forget_previous_secrets, make, rotate

__all__ = ["change", "deliver", "fan_out", "forget_previous_secrets", "make", "replay", "rotate", "test"]
