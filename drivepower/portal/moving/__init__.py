"""Import of stations, cards, tariffs and drivers from files of tables, seen before it is done; and the files back."""
