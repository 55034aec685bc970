"""How a process is called in the queue, and how it knows that another one of this machine is dead."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Holder:
    """`machine` and `pid` tell where it runs; `life` tells it from whoever had the same number before."""

    machine: str = field(default_factory=lambda: socket.gethostname()[:64])
    pid: int = field(default_factory=os.getpid)
    life: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def lease(self, number: int) -> str:
        """The name of one of its leases."""
        return f"{self.machine}|{self.pid}|{self.life}|{number}"

    def outlived(self, lease: str) -> bool:
        """Whether the holder of this lease was a process of this machine that is no more."""
        machine, pid, life, _ = lease.split("|")
        if machine != self.machine or life == self.life:
            return False
        return int(pid) == self.pid or not _is_alive(int(pid))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
