"""Parts of a desktop session of the tests' own: a screen without a monitor, a bus that starts no services by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUS_CONFIGURATION = """
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


@contextmanager
def running_screen() -> Iterator[str]:
    """An X server; what DISPLAY must be. It picks a number that is free."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[write],
    )
    os.close(write)
    try:
        with os.fdopen(read) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def running_bus(folder: Path) -> Iterator[str]:
    """What DBUS_SESSION_BUS_ADDRESS must be."""
    configuration = folder / "bus.conf"
    configuration.write_text(BUS_CONFIGURATION.format(socket=folder / "bus"))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    try:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().decode().strip()
    finally:
        daemon.terminate()
        daemon.communicate()
