"""The page of a driver for support: one person's money, charges, cards and words, and what is done for them."""
