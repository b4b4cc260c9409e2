"""The doors for people and what they keep of themselves."""
