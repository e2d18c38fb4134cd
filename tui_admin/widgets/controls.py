"""The last defence against text that steers terminals: whatever a widget draws, no control leaves the console."""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


class StripControls(LineFilter):
    """Drops ESC, the other C0 and C1 controls, direction overrides and invisible marks from every line of all widgets.

    They are dropped and not replaced because they take no cells: a visible replacement would shift the line. Where
    people should see that something stood there, `rules.text.clean` has shown U+FFFD before it came here.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or cleaned copies where one of them holds a control."""
        if not any(_CONTROLS.search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(_CONTROLS.sub("", segment.text), segment.style)
            for segment in segments
        ]
