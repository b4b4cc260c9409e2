"""How reading says what is not right of one cell; of a whole file `drivepower.core.sheets` does."""


class WrongCell(Exception):
    """A cell says nothing that can be; its text is for people, in their language."""
