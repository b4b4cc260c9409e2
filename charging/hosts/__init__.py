"""Shares of hosts: what is earned at their locations, month by month, and what they get of it."""

from charging.hosts.stating import make_host_statements

__all__ = ["make_host_statements"]
