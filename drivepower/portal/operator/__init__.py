"""The figures of the whole network for programs, as the start page shows them to people."""
