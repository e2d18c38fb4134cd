"""Where a chart is drawn."""

from textual.containers import Vertical
from textual.geometry import Region

from tui_admin.widgets.redrawing import DrawnOnce


class ChartArea(Vertical, DrawnOnce):
    """Where the drawing stands: as high as what is said of the chart leaves it."""

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "ChartArea":
        """Where it is to lay out, what comes or goes is drawn by that alone."""
        super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)
        return self
