"""Charts: curves on shaded bands as cells of a terminal."""
