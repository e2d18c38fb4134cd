"""Delivery from end to end: mails claimed, filled, noted as begun, sent and recorded, with full durability, by the real
worker as a process of its own.

`--mails N` sends so many (500,000 shows memory and wear); without it, enough to measure.
"""

import json
import os
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from sqlalchemy import func, insert, select, update

from benchmarks.figures import median, p95, say
from benchmarks.sink import sink
from tui_admin.mail.message import Frozen
from tui_admin.mail.sending import Tempo
from tui_admin.mail.system import default_text
from tui_admin.portal.organization import initialise
from tui_admin.rules.mailing import MailState, Purpose
from tui_admin.rules.times import DAY
from tui_admin.store.bulk import insert_rows
from tui_admin.store.engine import Store
from tui_admin.store.mail import outbox as outbox_rows
from tui_admin.store.mail import recovery, senders
from tui_admin.store.tables import learners, messages, outbox

CONNECTIONS = 20
MAILS, COMPARED, BUILT, HELD, WRITES = 40_000, 15_000, 1_000, 500_000, 30
FEWEST_A_SECOND, TIMES_THE_LOOP, MEBIBYTES = 3_000, 4, 150
FROZEN = Frozen("Northwind Learning", "learning@northwind.example", "Ana", "ana@northwind.example", "#14213d")
TEXT = default_text(Purpose.NUDGE)
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """What a worker did: mails a second while it sent, the same of the first and of the last tenth, its memory."""

    per_second: float
    first: float
    last: float
    mebibytes: float


def now() -> int:
    """The time of day."""
    return time.time_ns() // 1_000_000


def fill(store: Store, count: int, **mail: object) -> None:
    """A nudge to each of so many learners, put into the outbox as the portal would."""
    at = now()
    initialise(store, "Northwind Learning", "ana@northwind.example", at)
    values = {
        "subject": TEXT.subject,
        "body": TEXT.body,
        "button_text": TEXT.button_text,
        "button_url": TEXT.button_url,
    }
    values |= {"kind": Purpose.NUDGE, "state": "sending", "created_by": "ana", "created_at": at, "changed_at": at}
    said = {
        "name": "Ágnes Kovács",
        "program": "Data Foundations",
        "enrolled": "5",
        "program_url": "https://l.example/d",
    }
    own = {"purpose": Purpose.NUDGE, "fields": json.dumps(said), "header_date": at, "state": MailState.QUEUED}
    common = {key: str(value) if isinstance(value, str) else value for key, value in {**own, **mail}.items()}
    numbered = (
        "id",
        "message_id",
        "learner_id",
        "dedupe_key",
        "address",
        "header_id",
        "next_at",
        "expires_at",
        "attempts",
    )
    with store.write() as connection:
        connection.execute(insert(messages).values(id=1, frozen=FROZEN.to_json(), **values))
        people = (
            (n, f"p{n}@example.com", f"p{n}@example.com", "Ágnes Kovács", f"a{n}", False) for n in range(1, count + 1)
        )
        insert_rows(connection, learners, ("id", "email", "email_shown", "name", "search_key", "opted_out"), people)
        rows = (
            (
                n,
                1,
                n,
                f"1.{n}",
                f"p{n}@example.com",
                f"<1.{n}.0123456789abcdef@n.example>",
                at,
                at + DAY,
                0,
                *common.values(),
            )
            for n in range(1, count + 1)
        )
        insert_rows(connection, outbox, (*numbered, *common), rows)


def start(store: Store, port: int, folder: Path) -> "subprocess.Popen[bytes]":
    """The worker, until nothing is due."""
    config = folder / "config.toml"
    config.write_text(f"[mail]\nconnections = {CONNECTIONS}\nper_connection = 1000\n")
    environ = {**os.environ, "TUI_ADMIN_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    command = [
        sys.executable,
        "-m",
        "tui_admin",
        "--config",
        str(config),
        "--store",
        f"sqlite:///{store.path}",
        "worker",
    ]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*command, "--until-idle"], env=environ, stdout=quiet, stderr=quiet, cwd=ROOT)


def deliver(store: Store, port: int, folder: Path) -> Run:
    """Let a worker send everything, and see how it went."""
    process = start(store, port, folder)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, f"the worker ended with {status}"
    with store.read() as connection:
        query = select(outbox.c.final_at).where(outbox.c.state == MailState.SENT).order_by(outbox.c.final_at)
        ends = list(connection.scalars(query))
        begun = connection.execute(select(func.min(outbox.c.inflight_at))).scalar_one()
        assert connection.execute(select(func.count()).where(outbox.c.state != MailState.SENT)).scalar_one() == 0
    tenth = len(ends) // 10

    def rate(first: int, last: int) -> float:
        return (last - first) * 1000 / max(1, ends[last - 1] - (ends[first] if first else begun))

    return Run(rate(0, len(ends)), rate(0, tenth), rate(len(ends) - tenth, len(ends)), used.ru_maxrss / 1024)


def loop(port: int, count: int) -> float:
    """Mails a second of the usual loop: each made by EmailMessage, sent over one connection."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            mail = EmailMessage()
            mail["To"], mail["From"] = f"Ágnes Kovács <p{number}@example.com>", "Ana <learning@northwind.example>"
            mail["Subject"], mail["Date"] = "Keep going in Data Foundations", formatdate()
            mail["Message-ID"] = f"<1.{number}@northwind.example>"
            mail.set_content(TEXT.body)
            mail.add_alternative(f"<html><body><p>{TEXT.body}</p></body></html>" * 3, subtype="html")
            server.send_message(mail)
    return count / (time.perf_counter() - begun)


def throughput(folder: Path, count: int) -> bool:
    """Sustained rate, wear and memory."""
    with opened(folder, "rate", count) as store, sink() as (name, port):
        run = deliver(store, port, folder)
    said = f"{run.per_second:,.0f} a second to {name}"
    holds = say(f"{count:,} mails, each", 1e6 / run.per_second, "µs", 1e6 / FEWEST_A_SECOND, note=said)
    slower = f"{run.first:,.0f} a second at first, {run.last:,.0f} at last"
    holds &= say("last tenth, in the time of the first", run.first / run.last, "x", 1.25, note=slower)
    return holds & say("memory of the worker", run.mebibytes, "MiB", MEBIBYTES)


def beside_the_loop(folder: Path) -> bool:
    """Against the loop that most programs have, in the same run, to the same sink."""
    with opened(folder, "loop", COMPARED) as store, sink(own=True) as (name, port):
        theirs = loop(port, BUILT)
        ours = deliver(store, port, folder).per_second
    said = f"{ours:,.0f} and {theirs:,.0f} a second to {name}"
    return say(
        "to an EmailMessage each over one connection", theirs / ours, "of its time", 1 / TIMES_THE_LOOP, note=said
    )


def pausing_and_killing(folder: Path) -> bool:
    """How long a console waits for its turn to write beside a sender, how long mails go on to begin after a pause, and
    how long after a kill the rest is taken over."""
    with opened(folder, "pause", MAILS) as store, sink() as (_, port):
        process = start(store, port, folder)
        wait_until(lambda: number(store, outbox.c.state == MailState.SENT) > 1_000)
        turns = [turn(store, pause=0.01 * (n % 7)) for n in range(WRITES)]
        assert process.poll() is None, "the sender was done before"
        usual = f"half of {WRITES} within {median(turns):.3f} s, 95 % within {p95(turns):.3f} s"
        holds = say("a write waits beside a sender, at most", max(turns), "s", 1.0, note=usual)
        with store.write() as connection:
            connection.execute(update(messages).values(state="paused"))
        paused_at = now()
        process.wait()
        with store.read() as connection:
            last = connection.execute(select(func.max(outbox.c.inflight_at))).scalar_one()
        holds &= say("a mail still begins after a pause", max(0, last - paused_at) / 1000, "s", 1.0)
        with store.write() as connection:
            connection.execute(update(messages).values(state="sending"))
        process = start(store, port, folder)
        wait_until(lambda: number(store, outbox.c.inflight_at > paused_at + 1000) > 1_000)
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = number(store, outbox.c.state.in_([MailState.CLAIMED, MailState.INFLIGHT]))
        doubtful = number(store, outbox.c.state == MailState.INFLIGHT)
        said = f"{held:,} were held, {doubtful} of them in doubt, of {MAILS:,}"
        return holds & say("taking over after a kill", take_over(store), "s", 2.0, note=said)


def turn(store: Store, pause: float) -> float:
    """Seconds that a write takes that changes next to nothing, after a pause."""
    time.sleep(pause)
    begun = time.perf_counter()
    with store.write() as connection:
        connection.execute(update(messages).values(changed_at=now()))
    return time.perf_counter() - begun


def taking_over_everything(folder: Path) -> bool:
    """The worst there can be: every mail of a large store held by a sender that died."""
    with opened(folder, "held", HELD, state=MailState.CLAIMED, lease="1.x", worker_id=1) as store:
        with store.write() as connection:
            senders.register(connection, "host", 1, "here", "x", now())
        return say(f"taking over {HELD:,} mails at once", take_over(store), "s", 2.0)


def take_over(store: Store) -> float:
    """Seconds that it takes to take over from the dead and to have the first of their mails in hand."""
    with store.write() as connection:
        me = senders.register(connection, "host", 2, "here", "y", now())
    begun = time.perf_counter()
    with store.write() as connection:
        for dead in senders.dead(connection, me.worker_id, 900):
            recovery.recover(connection, dead, now())
    with store.write() as connection:
        assert outbox_rows.claim(connection, me, now(), Tempo().most_ahead)
    return time.perf_counter() - begun


def number(store: Store, condition: object) -> int:
    """How many mails there are of which something holds."""
    with store.read() as connection:
        found: int = connection.execute(select(func.count()).select_from(outbox).where(condition)).scalar_one()  # type: ignore[arg-type]
        return found


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(6_000):
        if holds():
            return
        time.sleep(0.01)
    raise TimeoutError


@contextmanager
def opened(folder: Path, name: str, count: int, **mail: object) -> Iterator[Store]:
    """A store with so many mails, thrown away afterwards."""
    store = Store(f"sqlite:///{folder / name}.db")
    try:
        fill(store, count, **mail)
        yield store
    finally:
        store.close()
        for path in folder.glob(f"{name}.db*"):
            path.unlink()


def main() -> int:
    """Print all figures beside their limits."""
    count = int(sys.argv[sys.argv.index("--mails") + 1]) if "--mails" in sys.argv else MAILS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        holds = throughput(folder, count)
        holds &= beside_the_loop(folder)
        holds &= pausing_and_killing(folder)
        holds &= taking_over_everything(folder)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
