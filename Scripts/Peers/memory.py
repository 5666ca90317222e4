"""How much memory training needs beyond what its library has after a step of one element. partrain's `MemoryGrowth` is the same.

A page that several processes have is counted in equal parts (Linux's proportional set size), so that a sum over processes counts it
once. All numbers are bytes.
"""
import pathlib

PROCESS = pathlib.Path("/proc/self")


def field(name, text):
    """The number of a line such as `Pss:   1234 kB`."""
    for line in text.splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"there is no {name} in what the system says of a process; a Linux since 4.14 is needed")


def proportional(process=PROCESS):
    return field("Pss", (process / "smaps_rollup").read_text())


def peak(process=PROCESS):
    """The most since the peak was last forgotten, this process's part of what it shares with others counted as it is now."""
    status = (process / "status").read_text()
    shares = field("VmRSS", status) - proportional(process)
    return field("VmHWM", status) - max(0, shares)


def forget_peak():
    (PROCESS / "clear_refs").write_text("5")


class Growth:
    """Made after a step of one element; `warm` is called before the clock starts, `line` after it has stopped.

    `together` adds a number over all processes and returns when all have come there; one process has its own numbers.
    """

    def __init__(self, together=lambda number: number):
        self.together = together
        together(0)
        self.baseline = together(proportional())

    def warm(self):
        self.start = self.together(peak())
        forget_peak()

    def line(self):
        self.together(0)
        steady = self.together(peak())
        return {"baseline_bytes": self.baseline, "grown_bytes": steady - self.baseline, "peak_bytes": max(self.start, steady)}
