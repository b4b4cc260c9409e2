"""Charging for operators: sessions, reservations, profiles, and how stations do."""
