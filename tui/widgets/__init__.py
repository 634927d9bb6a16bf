"""The parts of the lab's screens."""
