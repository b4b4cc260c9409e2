"""A month of a thousand charges, played through the house's own verbs, and its books read at every door."""
