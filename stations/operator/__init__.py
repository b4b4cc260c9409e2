"""The network for those who run it: the same rights and verbs as on the pages of the admin."""
