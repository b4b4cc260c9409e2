"""Situations played against the real gateway, each with the sentences in which its page tells it.

A story is a coroutine that plays (and answers the session that it is about), and a row in `table`.
"""
