"""The commands of `regulars`, one verb a file: `execute` takes the words after it and returns the exit code."""
