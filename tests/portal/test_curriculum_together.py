"""Several administrators at one curriculum at once: nothing lost, nothing twice, the order whole, the chain whole."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from sqlalchemy import select

from tests.portal.conftest import NOW, Organization
from tests.portal.curricula import course, fill_catalogue, put_together
from tui_admin.portal import journal, undo
from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.rules.errors import Conflict, UsageError
from tui_admin.rules.positions import Spot
from tui_admin.rules.roles import Actor
from tui_admin.store.tables import collection_items

COURSES, ROUNDS = 30, 25


def test_moving_at_once_loses_nothing(organization: Organization) -> None:
    store = organization.store
    fill_catalogue(store, COURSES)
    entries = [course(n) for n in range(1, COURSES + 1)]
    shelves = {"A": entries[:10], "B": entries[10:20], "C": entries[20:]}
    put_together(store, organization.ana, "data", NOW, **shelves)

    def move_about(actor: Actor, seed: int) -> None:
        random = Random(seed)
        for _ in range(ROUNDS):
            found = reading.read(store, actor, "data").collections
            held = [collection for collection in found if len(collection.items) > 1]
            source, target = random.choice(held), random.choice(held)
            moving = random.sample([item.id for item in source.items], min(3, len(source.items) - 1))
            beside = next((item.id for item in target.items if item.id not in moving), None)
            try:
                items.move(store, actor, "data", moving, [target.id], NOW, spot=Spot(after=beside))
                collections.move(store, actor, "data", [source.id], Spot(), NOW)
                if random.random() < 0.3:
                    undo.undo(store, actor, None, NOW)
            except (Conflict, UsageError):
                continue  # the other one was first, and this one was told

    with ThreadPoolExecutor() as threads:
        running = [threads.submit(move_about, actor, n) for n, actor in enumerate((organization.ana, organization.bo))]
        for one in running:
            one.result()
    found = reading.read(store, organization.ana, "data").collections
    assert sorted(collection.name for collection in found) == ["A", "B", "C"]
    assert sorted(item.entry for one in found for item in one.items) == list(range(1, COURSES + 1))
    with store.read() as connection:
        places = connection.execute(select(collection_items.c.collection_id, collection_items.c.position)).all()
    assert len(set(places)) == COURSES
    assert journal.verify(store, organization.ana).whole


def test_adding_at_once_adds_once(organization: Organization) -> None:
    store = organization.store
    fill_catalogue(store, COURSES)
    (id,) = collections.create(store, organization.ana, "data", "A", NOW).made
    everything = [course(n) for n in range(1, COURSES + 1)]
    with ThreadPoolExecutor() as threads:
        people = (organization.ana, organization.bo, organization.ana, organization.bo)
        done = list(threads.map(lambda actor: items.add(store, actor, "data", everything, [id], NOW), people))
    assert sum(len(one.made) for one in done) == COURSES
    (found,) = reading.read(store, organization.ana, "data").collections
    assert [item.entry for item in found.items] == list(range(1, COURSES + 1))


def test_one_name_is_given_once(organization: Organization) -> None:
    store = organization.store

    def create(actor: Actor) -> bool:
        try:
            return bool(collections.create(store, actor, "data", "Same", NOW).entry)
        except UsageError:
            return False

    with ThreadPoolExecutor() as threads:
        people = (organization.ana, organization.bo, organization.ana, organization.bo)
        assert sum(threads.map(create, people)) == 1
