"""What can be done with a chart."""

from tui_admin.widgets.commands import Command

from ..filtered import FILTER
from .filtered_charts import BACK

CHART_COMMANDS = (
    Command("as-table", "tab", "as_table(True)", "As a table", "Show the chart as a table.", "table", rank=3),
    Command("as-chart", "tab", "as_table(False)", "As a chart", "Show the table as a chart again.", "chart", rank=3),
    Command("next-chart", "n", "chart(1)", "Next chart", "Show the next chart of this tab.", "next", rank=5),
    Command("chart-before", "p", "chart(-1)", "Chart before", "Show the chart before it.", "before", rank=6),
    Command("choose-of-chart", "o", "choose", "Choose", "Choose what of it is shown.", "choose", rank=3),
    Command("save-chart", "w", "save", "Save as CSV", "Save the chart's rows as a CSV file.", "save", rank=4),
    Command("count-again", "r", "count_again", "Count again", "Count anew what came since.", "recount", rank=6),
    FILTER,
    BACK,
)
