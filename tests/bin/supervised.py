"""A small service for the tests of the supervisor: python supervised.py LOGS PROGRAM [PROGRAM …]

Each PROGRAM is a line of shell, kept running as child-1, child-2 …; the last one is stopped last.
"""

import os
import sys
from pathlib import Path

from supervisor import Child, Supervisor


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(logs: Path, programs: list[str]) -> None:
    supervisor = Supervisor(
        logs,
        cwd=logs,
        environ=os.environ,
        say=say,
        first_pause=0.1,
        longest_pause=0.4,
        patience=2.0,
    )
    supervisor.listen_to_signals()
    for number, program in enumerate(programs, 1):
        is_last = number == len(programs)
        supervisor.start(Child(f"child-{number}", ["/bin/bash", "-c", program], outlives_others=is_last))
    say("running")
    supervisor.run()
    supervisor.stop()
    say("stopped")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
