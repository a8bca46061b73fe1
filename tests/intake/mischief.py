"""What a parser may do to the process it runs in; at the top level of a module, as workers need it."""

import os
import signal
import sys
import time

from pipeline.intake.unreadable import damaged


def act(deed: str) -> str:
    """Do as told; the last are what good files do."""
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "abort":
        sys.stderr.write("thread '<unnamed>' panicked at src/lib.rs\n")
        sys.stderr.flush()
        os.abort()
    elif deed == "loop":
        while True:
            pass
    elif deed == "sleep":
        time.sleep(600)
    elif deed == "hog":
        return str(len(bytearray(8 << 30)))
    elif deed == "exit":
        sys.exit(3)
    elif deed == "interrupt":
        raise KeyboardInterrupt
    elif deed == "unreadable":
        raise damaged("内容缺失")
    elif deed == "recursion":
        return act(deed)
    elif deed == "error":
        raise ValueError(deed)
    return f"{deed} 好"


def add(number: int, more: int) -> int:
    """What a good file does."""
    return number + more
