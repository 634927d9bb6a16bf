"""Scenario files: from YAML text to a scenario and back, every mistake with its place."""
