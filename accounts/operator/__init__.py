"""People, their companies and cards for those who run the network: the same rights as on the pages of the admin."""
