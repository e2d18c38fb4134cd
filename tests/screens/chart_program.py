"""A chart alone in a terminal, by its form: what a test of bytes runs as a program of its own."""

import sys

from tests.screens.sample_charts import CHARTS
from tests.screens.test_chart_drawing import DrawingApp
from tui_admin.rules.charts import Form

if __name__ == "__main__":
    form = Form[sys.argv[1]]
    app = DrawingApp(next(chart for chart in CHARTS if chart.form is form))
    app.animation_level = "none"
    app.run()
