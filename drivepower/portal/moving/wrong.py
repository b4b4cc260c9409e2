"""How reading says what is not right: of a whole file, and of one cell."""


class WrongFile(Exception):
    """The file cannot be read as a table; its text is for people, in their language."""


class WrongCell(Exception):
    """A cell says nothing that can be; its text is for people, in their language."""
