"""Runs a program that must not outlive the process that started it.

    python -I tether.py PARENT_PID SIGNAL USER PROGRAM [ARGUMENT …]

Becomes PROGRAM after asking the kernel to send it SIGNAL once PARENT_PID ends, however it ends. USER is a
user's name, or "-" to stay who we are. A program of its own rather than code run between fork and exec,
because the latter is unsafe as soon as the parent has threads.
"""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def tethered(
    argv: Sequence[str], *, last_signal: signal.Signals = signal.SIGTERM, user: str = "-"
) -> list[str]:
    """The command that runs argv tied to the calling process."""
    own_path = str(Path(__file__).resolve())
    return [sys.executable, "-I", own_path, str(os.getpid()), str(int(last_signal)), user, *argv]


def main() -> None:
    parent, last_signal, user, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.chdir("/")  # where we were may be closed to that user
    # After the change of user, which clears it.
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, last_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it ended before the kernel knew
        sys.exit(1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # a shell's background jobs start with some of them ignored
    # What a stopped reader means is for the program to say; Python's own start ignores it.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(program[0], program)
    except OSError as error:
        sys.exit(f"{program[0]} cannot be run: {error.strerror}")


if __name__ == "__main__":
    main()
