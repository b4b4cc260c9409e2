"""What was said to and by stations, and the operator's way to ask them anything."""

from ocpp_consumer.admin import asking, bulk, frames

__all__ = ["asking", "bulk", "frames"]
