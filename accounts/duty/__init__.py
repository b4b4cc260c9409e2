"""People on duty: who is called of which alert, when, by which way, and who is next."""
