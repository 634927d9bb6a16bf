"""The front door: the lab where no command or `lab` is asked for, the command line for all else.

Nothing of the screen is imported here: worker processes import this module again, and a command must not pay for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.cli import main as command_line


def main(argv: Sequence[str] | None = None) -> int:
    """Open the lab or run a command; returns the exit code."""
    return command_line(argv, lab=open_lab)


def open_lab(words: Sequence[str]) -> int:
    """Read the options of `lab` and run it on this terminal; returns the exit code."""
    from tui.launch import launch

    return launch(words)


if __name__ == "__main__":
    sys.exit(main())
