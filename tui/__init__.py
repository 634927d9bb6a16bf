"""The lab: a screen on which a tweak of a store becomes a curve at once."""
