"""Files between stations and us: firmware that they fetch, diagnostics and logs that they send (S 5.9, 5.19; W 5)."""

from stations.files.diagnostics import (
    mirror_diagnostics,
    note_diagnostics_answer,
    note_diagnostics_status,
)
from stations.files.firmware import (
    ask_firmware_update,
    find_image,
    mirror_firmware,
    note_firmware_answer,
    note_firmware_status,
    signature_problem,
)
from stations.files.sweeping import sweep

__all__ = [
    "ask_firmware_update",
    "find_image",
    "mirror_diagnostics",
    "mirror_firmware",
    "note_diagnostics_answer",
    "note_diagnostics_status",
    "note_firmware_answer",
    "note_firmware_status",
    "signature_problem",
    "sweep",
]
