"""Opening the people behind a figure, as the console does."""

from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal import users
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.filters import parse
from tui_admin.rules.filters.days import typed
from tui_admin.screens.analytics.asking import people_filter
from tui_admin.store.engine import Store


def opened_people(store: Store, where: str, people: str | None) -> int:
    """How many people the Users list shows for what a figure of a chart opens under a filter."""
    assert people is not None
    return users.count(store, ADA, UsersQuery(parse(people_filter(typed(where), people))), NOW.now)
