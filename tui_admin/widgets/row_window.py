"""Which rows of a list are on screen, where the cursor is, and how many rows there are as far as is known. Pure."""

from dataclasses import dataclass

from .rows import PAGE

FAR = 1 << 40
"""Where a tail stands while nobody has counted: beyond any list."""


@dataclass(slots=True)
class RowWindow:
    """`count` is the number of rows if `exact`, else at least that many; `height` rows are on screen from `top` on.

    After a jump to the end of a list nobody has counted yet, `guessed` is set and positions count from `FAR`.
    """

    height: int = 1
    top: int = 0
    cursor: int = 0
    count: int = 0
    exact: bool = False
    guessed: bool = False

    @property
    def extent(self) -> int:
        """One past the last position the cursor may take."""
        return FAR if self.guessed else self.count

    def place(self, row: int, top: int | None = None) -> tuple[int, int]:
        """Where the cursor and the first line would be for a cursor at `row`: at the edges the window moves by half."""
        row = min(max(row, 0), max(self.extent - 1, 0))
        top = self.top if top is None else top
        if row < top or row >= top + self.height:
            near = row < top <= row + self.height or row >= top + self.height > row - self.height
            top = row - self.height // 2 if near else row
        most = max(self.extent - self.height, 0)
        return row, min(max(top, 0), most)

    def learn_page(self, page: int, rows: int) -> bool:
        """A page of so many rows was read; whether that told something about the count."""
        if self.guessed or self.exact:
            return False
        seen = page * PAGE + rows
        if rows < PAGE and (rows or not page):
            self.count, self.exact = seen, True
            return True
        if seen > self.count:
            self.count = seen
            return True
        return False

    def learn_count(self, count: int) -> int:
        """The count is known; how far positions moved (not 0 only after a jump to an end that was guessed)."""
        moved = count - FAR if self.guessed else 0
        self.count, self.exact, self.guessed = count, True, False
        self.cursor = max(self.cursor + moved, 0)
        self.top = max(self.top + moved, 0)
        return moved

    def guess_end(self) -> None:
        """The tail is here and the count is not."""
        self.guessed = True
        self.cursor = FAR - 1
        self.top = FAR - self.height
