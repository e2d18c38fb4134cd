"""Logging in over SSH: the console's first frame there, against logging in for nothing (`ssh host true`) and the same
frame of a console on this machine; and what sshd waits for at each login."""

import compileall
import getpass
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import tui_admin
from benchmarks.figures import median, milliseconds, say
from benchmarks.start import first_seen
from tests.ssh.harness import Server, make_key, serving
from tui_admin import demo
from tui_admin.cli.sshd import match_block
from tui_admin.portal import administrators, keys
from tui_admin.portal.rights import sign_in
from tui_admin.rules.demo import ENROLLMENTS, SEED
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store

RUNS = 9
AT = parse_iso("2026-10-01T12:00:00Z")
MEMBERS = 2_000
FRAME = "1 Home"
"""What stands in the first frame."""


def main() -> None:
    compileall.compile_dir(Path(tui_admin.__file__).parent, quiet=1)  # as an installed program is
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'store.db'}")
        demo.build(store, members=MEMBERS, seed=SEED, enrollments_per_member=ENROLLMENTS, at=AT)
        make_key(folder / "ana", "ana")
        public = (folder / "ana.pub").read_text()
        owner = sign_in(store, None)
        keys.add(store, owner, administrators.listing(store, owner)[0].email, public, AT)
        store.close()
        program = [sys.executable, "-m", "tui_admin"]
        asked = [*program, "ssh-keys", "--store", f"sqlite:///{folder / 'store.db'}"]
        (folder / "plain").mkdir()
        make_key(folder / "plain" / "ana", "ana")
        plain = ["AuthorizedKeysFile " + str(folder / "plain" / "ana.pub")]
        with (
            serving(folder / "plain", plain) as nothing,
            serving(folder, match_block(getpass.getuser(), ["/usr/bin/env", *asked])) as server,
        ):
            measure(nothing, server, [*program, "--store", f"sqlite:///{folder / 'store.db'}"])
        key = public.split()[:2]
        answers, bare = [], []
        for _ in range(RUNS):
            bare += milliseconds(lambda: nothing.run([sys.executable, "-c", "import click"]))
            answers += milliseconds(lambda: nothing.run([*asked, *key]))
        told = f"{median(answers):.0f} ms against {median(bare):.0f} ms; a login asks twice"
        say("ssh-keys", median(answers) / median(bare), "x a program of no command", 3.0, 2.0, told)


def measure(nothing: Server, server: Server, local: list[str]) -> None:
    remote = [*server.words("ana", "-tt"), server.place]
    first_seen(local, FRAME), first_seen(remote, FRAME)
    logins, here, there = [], [], []
    for _ in range(RUNS):
        start = perf_counter()
        assert nothing.ssh("ana", "true").returncode == 0
        logins.append(perf_counter() - start)
        here.append(first_seen(local, FRAME))
        there.append(first_seen(remote, FRAME))
    later = median(there) - median(logins) - median(here)
    told = f"{median(there):.3f} s against ssh host true {median(logins):.3f} s and {median(here):.3f} s here"
    say("first frame over SSH, later by", later * 1000, "ms", 600, note=told)


if __name__ == "__main__":
    main()
