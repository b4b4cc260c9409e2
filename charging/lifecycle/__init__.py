"""What happens to a session, one module per verb; each locks connectors, then sessions, then wallets."""

from charging.lifecycle.beginning import Began, begin
from charging.lifecycle.ending import end, infer_end
from charging.lifecycle.failing import fail_start, note_no_start_answer, note_start_answer
from charging.lifecycle.repairing import repair
from charging.lifecycle.requesting import request_start
from charging.lifecycle.stopping import note_stop_answer, request_stop
from charging.lifecycle.unstarted import end_unstarted

__all__ = [
    "Began",
    "begin",
    "end",
    "end_unstarted",
    "fail_start",
    "infer_end",
    "note_no_start_answer",
    "note_start_answer",
    "note_stop_answer",
    "repair",
    "request_start",
    "request_stop",
]
