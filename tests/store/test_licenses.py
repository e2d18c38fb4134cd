"""How PostgreSQL counts freed licenses: without looking each row up among the ids."""

from typing import Any

from sqlalchemy import event

from tui_admin.store import licenses
from tui_admin.store.engine import Store


def test_no_row_is_looked_up_among_the_ids(postgres_store: Store) -> None:
    said: list[tuple[str, Any]] = []
    with postgres_store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
        licenses.freed(connection, range(1, 10))
        query, values = next((sql, values) for sql, values in said if "unnest" in sql)
        plan = " ".join(connection.exec_driver_sql(f"EXPLAIN {query}", values).scalars())
    assert "unnest" in plan
    assert "SubPlan" not in plan
