"""A sender in a process of its own, against a server on this machine: the real one, with its times shortened, and
killed by itself at a named point where a test asks for that."""

import argparse
import json
import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import uvloop

from tui_admin.mail.sending import Point, Tempo
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.smtp import SmtpTransport
from tui_admin.mail.transport import Limits, Timeouts
from tui_admin.rules.errors import ConsoleError
from tui_admin.store.engine import Store
from tui_admin.store.mail import senders
from tui_admin.worker.process import Rhythm, Surroundings, Until, deliver

SHORT = {"look": 0.05, "idle": 1, "grace": 5, "first_break": 0.3, "longest_break": 1}


def killing(at: str | None) -> Callable[[Point], None]:
    """Kills this process the N-th time it comes to a point (`begun:17`)."""
    if at is None:
        return lambda _: None
    name, _, number = at.partition(":")
    wanted, passed = Point(name), Counter[Point]()

    def pass_by(point: Point) -> None:
        passed[point] += 1
        if point is wanted and passed[point] >= int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


async def _main(given: argparse.Namespace) -> dict[str, int]:
    limits = json.loads(given.limits)
    timeouts = Timeouts(**limits.pop("timeouts", {}))
    server = Server("127.0.0.1", given.port, Security.PLAIN, "sender.example")
    transport = SmtpTransport(server, Limits(**limits, timeouts=timeouts))
    rhythm = json.loads(given.rhythm)
    tempo = Tempo(**{**SHORT, **rhythm.pop("tempo", {})})
    chance = random.Random(given.seed)
    outside = Surroundings(
        clock=lambda: time.time_ns() // 1_000_000 + given.ahead,
        chance=chance.random,
        token=secrets.token_hex(8),
        machine=given.machine,
        tell=lambda said: print(said, file=sys.stderr, flush=True),
        progress=lambda _: None,
        at=killing(given.kill_at),
    )
    store = Store(given.store)
    with senders.alone(store) as mine:
        if not mine:
            raise SystemExit("another sender is at work")
        return dict(await deliver(store, transport, Until(given.until), outside, Rhythm(tempo, **rhythm)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--until", default="idle")
    parser.add_argument("--limits", default="{}")
    parser.add_argument("--rhythm", default="{}")
    parser.add_argument("--kill-at")
    parser.add_argument("--machine", default="machine-1")
    parser.add_argument("--ahead", type=int, default=0, help="milliseconds that the clock is ahead")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    try:
        counts: dict[Any, int] = uvloop.run(_main(given))
    except ConsoleError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
