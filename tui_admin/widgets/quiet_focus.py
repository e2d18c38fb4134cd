"""Widgets of which the focus changes a line or two: only these are drawn again when it comes or goes."""

from typing import Self

from textual import events

from .redrawing import DrawnOnce


class QuietFocus(DrawnOnce):
    """A widget that says in `draw_focus` what of it the focus changes. Another one is drawn again as a whole."""

    def draw_focus(self) -> None:
        """Draw again what looks different now that the focus came or went."""
        raise NotImplementedError

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give it the focus, as any widget is given it."""

        def give() -> None:
            if self.is_attached:
                self.screen.set_focus(self, scroll_visible=scroll_visible)

        self.app.call_later(give)
        return self

    def on_focus(self, event: events.Focus) -> None:
        """It stands out."""
        event.prevent_default()
        self.has_focus = True
        self.draw_focus()
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """It stands back."""
        event.prevent_default()
        self.has_focus = False
        self.draw_focus()
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
