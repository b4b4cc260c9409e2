"""The board of upkeep: from an alert or a driver's report to work that is done and a driver who has an answer."""
