"""Charging as drivers see it: start, stop, watch, look back."""
