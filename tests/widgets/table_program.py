"""A program with one table of a million rows, for the byte budgets: python -m tests.widgets.table_program [SIZE]."""

import os
import sys

from tui_admin.terminal import prepare

if __name__ == "__main__":
    prepare(os.environ)
    from tests.widgets.synthetic import Numbers
    from tests.widgets.test_record_table import TableApp

    TableApp(Numbers(size=int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)).run()
