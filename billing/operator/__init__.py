"""Money and prices for those who run the network: the same rights and verbs as on the pages of the admin."""
