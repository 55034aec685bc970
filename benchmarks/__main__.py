"""`make bench`: runs every benchmark, one after the other, each in a process of its own; fails when one failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """The exit status: 0 when every benchmark ended with 0."""
    status = 0
    for module in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"\n== {module.stem.replace('_', ' ')}", flush=True)  # noqa: T201  # this command's output
        status |= subprocess.run([sys.executable, "-m", f"benchmarks.{module.stem}"], check=False).returncode
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
