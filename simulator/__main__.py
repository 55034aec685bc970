"""Entry point of the `simulator` command and of `python -m simulator`."""

from __future__ import annotations

from simulator.cli import cli


def main() -> None:
    cli(prog_name="simulator")


if __name__ == "__main__":
    main()
