"""The reading process: `python -m intake.child MEMORY_BYTES CPU_SECONDS FILE_BYTES`.

One request a line on stdin, one answer a line on stdout, both JSON; only the service starts it. Hostile
mail is read here, under limits, and an answer never holds more of an error than one word.
"""

import errno
import json
import logging
import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from intake.reading import read_letter
from intake.skeleton import NotRead

READY = b'{"ready": true}\n'


def main() -> None:
    memory, cpu_seconds, file_bytes = map(int, sys.argv[1:])
    logging.disable(logging.CRITICAL)
    leave_signals_to_the_service()
    limit_process(memory, file_bytes)
    answers = _only_channel_out()
    answers.write(READY)
    answers.flush()
    for request in sys.stdin.buffer:
        limit_message(cpu_seconds)
        answers.write(json.dumps(answer(request)).encode("ascii") + b"\n")
        answers.flush()


def leave_signals_to_the_service() -> None:
    """Who stops the service often signals all its processes; the mail in hand must not be blamed for that."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def limit_process(memory: int, file_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_message(cpu_seconds: int) -> None:
    """The next message may use this much more; at the end of it the kernel ends the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds, hard))


def answer(request: bytes) -> dict[str, object]:
    """A letter's form; or `unreadable` and why; or `trouble` when the machine failed and not the mail."""
    try:
        wanted = json.loads(request)
        return read_letter(Path(wanted["raw"]), wanted["sha256"], Path(wanted["into"]))
    except NotRead as reason:
        return {"unreadable": str(reason)}
    except MemoryError:
        return {"unreadable": "too-much-memory"}
    except OSError as error:
        return {"unreadable": "too-large"} if error.errno == errno.EFBIG else {"trouble": _word(error)}
    except Exception:  # the one place where any failure of a parser ends
        return {"unreadable": "parser-failed"}


def _word(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "unknown").lower()


def _only_channel_out() -> BinaryIO:
    """Whatever a library prints must not look like an answer."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


if __name__ == "__main__":
    main()
