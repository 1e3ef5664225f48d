"""What the kernel says of a process and its children: processor time and peak memory. Linux only."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process, its children, and theirs."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the whole family so far."""
    return sum(_cpu(one) for one in family(pid))


def resident(pid: int) -> int:
    """Bytes in memory now, of this one process."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> int:
    """The most bytes that this one process had in memory since `forget_peak`."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Start the peak anew."""
    for one in family(pid):
        Path(f"/proc/{one}/clear_refs").write_text("5")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
