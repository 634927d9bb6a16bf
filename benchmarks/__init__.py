"""Measurements, each side by side with a peer or a floor in the same run."""
