"""What is done on the page: each act as a dialog, for whom, and the part of the page that it is about."""

from drivepower.portal.driver.acts.table import ACTS, Act

__all__ = ["ACTS", "Act"]
