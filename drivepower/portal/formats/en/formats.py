"""How the portal writes times in English: a day cannot be mistaken for a month, and hours have no a.m."""

DATETIME_FORMAT = "j M Y, H:i:s"
DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
SHORT_DATETIME_FORMAT = "j M, H:i"
