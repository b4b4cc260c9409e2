"""The demo network: a small operator in Bishkek, with two weeks behind it."""
