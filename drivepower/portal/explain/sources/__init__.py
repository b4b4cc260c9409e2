"""Where an explanation's rows come from: one or two queries each whatever the length, and never more than so many rows.

Each answers its rows and adds to `left` what it had to leave off.
"""
