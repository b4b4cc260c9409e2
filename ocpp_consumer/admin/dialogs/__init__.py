"""Every request of OCPP 1.6 as a dialog with its own fields."""

from ocpp_consumer.admin.dialogs.base import RequestForm
from ocpp_consumer.admin.dialogs.rights import SAFE, may_ask, may_break_rules
from ocpp_consumer.admin.dialogs.table import DIALOGS, GROUPS, RAW, Dialog

__all__ = ["DIALOGS", "GROUPS", "RAW", "SAFE", "Dialog", "RequestForm", "may_ask", "may_break_rules"]
