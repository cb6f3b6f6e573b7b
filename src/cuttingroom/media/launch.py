"""Runs in the new process, before ffmpeg takes its place: sets limits, and dies with the parent.

Started by path with `python -I -S`, so it may import the standard library only. A program of its own is
used rather than a `preexec_fn`, because running Python between fork and exec can deadlock when the parent
has threads. Arguments: parent's process id, CPU seconds, bytes per file, bytes of memory, then the command.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def main(arguments: list[str]) -> None:
    parent, cpu_seconds, file_bytes, memory_bytes = (int(a) for a in arguments[:4])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the program that asked for this is gone")
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    os.execv(arguments[4], arguments[4:])


if __name__ == "__main__":
    main(sys.argv[1:])
