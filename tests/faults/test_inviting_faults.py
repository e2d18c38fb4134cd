"""Inviting when things go wrong: two administrators at once, and the process killed in the middle."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from time import sleep

import pytest
from sqlalchemy import func, select, update

from tests.faults.conftest import Console, run, start
from tests.portal.invite_lists import HEADER, opened, people, request
from tui_admin.portal import journal
from tui_admin.portal.inviting.plan import InvitePlan
from tui_admin.rules.remarks import Verdict
from tui_admin.rules.roles import Actor
from tui_admin.store.tables import contracts, learners

from ..portal.conftest import NOW, Organization


def at_once(organization: Organization, lists: tuple[tuple[Actor, str], ...]) -> list[InvitePlan]:
    """Lists that were all planned before the first was applied, then applied at the same moment."""
    together, done = Barrier(len(lists)), []

    def work(actor: Actor, content: str) -> None:
        with opened(organization, request(content), actor) as found:
            found.plan(NOW)
            together.wait()
            done.append(found.apply(NOW))

    threads = [Thread(target=work, args=one) for one in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_two_administrators_share_the_last_licenses(organization: Organization) -> None:
    with organization.store.write() as connection:  # 3 are occupied, 1 is reserved
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=9))
    lists = tuple(
        (actor, HEADER + "".join(f"P,{actor.email[:2]}{n}@x.example,\n" for n in range(4)))
        for actor in (organization.ana, organization.bo)
    )
    done = at_once(organization, lists)
    assert sorted(plan.count for plan in done) == [1, 4]
    assert sorted(plan.refused for plan in done) == [0, 3]
    assert sum("@x.example" in key for key in people(organization.store)) == 5
    assert journal.verify(organization.store, organization.ana).whole


def test_two_administrators_invite_the_same_people(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=1_000))
    content = HEADER + "".join(f"P,p{n}@x.example,\n" for n in range(50))
    done = at_once(organization, ((organization.ana, content), (organization.bo, content)))
    assert sorted(plan.count for plan in done) == [0, 50]
    assert [plan.counts.get(Verdict.INVITED, 0) for plan in sorted(done, key=lambda plan: plan.count)] == [50, 0]
    with organization.store.read() as connection:
        new = select(func.count()).select_from(learners).where(learners.c.email.like("%@x.example"))
        assert connection.execute(new).scalar_one() == 50


PEOPLE = 20_000


def counted(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (number,) = connection.execute("SELECT count(*) FROM memberships").fetchone()
        (people,) = connection.execute("SELECT count(*) FROM learners").fetchone()
        assert number == people
    return int(number)


@pytest.mark.parametrize("pause", [0.2, 0.6, 0.9, 1.2])
def test_killed_in_the_middle_all_are_invited_or_nobody(console: Console, tmp_path: Path, pause: float) -> None:
    console("programs", "create", "data", "--name", "Data", "--yes")
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "".join(f"Jo Li,p{n}@x.example,{n:06}\n" for n in range(PEOPLE)))
    words = ("--store", console.store, "invite", str(path), "--program", "data", "--no-mail")
    process = start(*words)
    sleep(pause)
    process.kill()
    process.communicate()
    assert counted(console.path) in (0, PEOPLE)
    assert run("--store", console.store, "journal", "verify").returncode == 0
    again = run(*words)
    assert again.returncode == 0, again.stderr
    assert counted(console.path) == PEOPLE
