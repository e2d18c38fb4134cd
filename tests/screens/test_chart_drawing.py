"""How charts are drawn by their form: glyphs alone tell what is what, and what is hidden is drawn nowhere."""

from dataclasses import replace
from typing import Any

import pytest
from textual.app import App, ComposeResult

from tests.screens import sample_charts as sample
from tests.widgets.hostile import controls, lines
from tui_admin.rules.charts import MASKED, Cell, Chart, ChartColumn, ChartRow, Form, Kind
from tui_admin.screens.analytics.drawing.fields import cell_glyphs, fields
from tui_admin.screens.analytics.drawing.making import drawing
from tui_admin.screens.analytics.drawing.plot import LinePlot
from tui_admin.screens.analytics.drawing.rows import row_columns
from tui_admin.screens.analytics.drawing.table import ordered, table_columns
from tui_admin.screens.analytics.drawing.tiles import tile
from tui_admin.screens.analytics.drawing.tree import branches
from tui_admin.screens.analytics.drawing.values import column_text, shown_value, told_part, why_closed
from tui_admin.widgets.columns import Column, place_columns
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.themes import DARK, themes


class DrawingApp(App[None]):
    """A chart alone."""

    def __init__(self, chart: Chart, *, as_table: bool = False) -> None:
        super().__init__()
        self.chart = chart
        self.as_table = as_table
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        yield drawing(self.chart, as_table=self.as_table)


@pytest.mark.parametrize(
    ("cell", "kind", "shown"),
    [
        (1_204, Kind.COUNT, "1,204"),
        (0.414, Kind.SHARE, "41 %"),
        (0.001, Kind.SHARE, "<1 %"),
        (12.25, Kind.HOURS, "~12.2"),
        (4.5, Kind.STARS, "4.50"),
        (MASKED, Kind.COUNT, MASKED),
        (None, Kind.COUNT, "–"),
        ("2026-03-02", Kind.DAY, "2 Mar 2026"),
        ("2026-03-02", Kind.BUCKET, "2 Mar 2026"),
    ],
)
def test_values_are_shown_as_their_kind_says(cell: Cell, kind: Kind, shown: str) -> None:
    assert shown_value(cell, kind) == shown


def drawn(chart: Chart, width: int) -> list[str]:
    """The glyphs of each row."""
    (field,) = fields(chart).values()
    return [field(row, width) for row in chart.rows]


def test_bars_are_as_long_as_their_figures_and_masked_ones_are_none() -> None:
    assert [glyphs.strip() for glyphs in drawn(sample.BARS, 8)] == ["████████", "███▉", "▏", ""]


def test_a_bar_of_time_that_is_not_over_is_hatched() -> None:
    rows = tuple(replace(row, unfinished=True) for row in sample.BARS.rows)
    assert drawn(replace(sample.BARS, rows=rows), 8)[0] == "▒▒▒▒▒▒▒▒"


def test_bars_below_nothing_go_to_the_left_of_the_middle() -> None:
    columns = (ChartColumn("of", "Of", Kind.TEXT), ChartColumn("net", "Net", Kind.NUMBER, drawn=True))
    rows = tuple(ChartRow(("x", value)) for value in (-40.0, 20.0, None))
    chart = replace(sample.BARS, columns=columns, rows=rows)
    assert drawn(chart, 9) == ["████│", "    │██", "    │"]


def test_parts_of_a_bar_stand_one_after_the_other_each_with_its_shade() -> None:
    assert drawn(sample.STACKED, 20)[:2] == ["████████████▓▓▓▓▓▒▒▒", "████▓▓▓▓▓▓▒▒▒"]


def test_each_row_of_a_gauge_is_a_whole() -> None:
    assert [len(glyphs) for glyphs in drawn(sample.GAUGE, 20)] == [20, 20, 20, 20]


def test_a_share_is_told_with_the_step_it_reaches_and_never_with_one_it_does_not() -> None:
    read = column_text(sample.GAUGE, 5)
    assert [read(row) for row in sample.GAUGE.rows] == ["80 % ≥75 ", "102 % ≥100", "89 % ≥75 ", "0 %     "]
    taken = next(one for one in row_columns(sample.GAUGE, fields(sample.GAUGE)) if one.key == "taken")
    assert [taken.render(row)[1] for row in sample.GAUGE.rows] == ["warning", "error", "warning", ""]


def test_how_full_a_contract_is_is_read_at_eighty_columns() -> None:
    shown = {one.column.key: one.width for one in place_columns(row_columns(sample.GAUGE, fields(sample.GAUGE)), 77)}
    assert shown["taken"] == len("102 % ≥100") and shown["contract"] >= 19 and shown["field-1"] == 8


@pytest.mark.parametrize("width", [92, 100, 117])
@pytest.mark.parametrize("chart", [sample.GAUGE, sample.TABLE, sample.RULER], ids=lambda chart: chart.form.name)
def test_the_first_name_is_read_whole_before_columns_come_that_are_not_needed(chart: Chart, width: int) -> None:
    named = next(at for at, column in enumerate(chart.columns) if column.kind is Kind.TEXT)
    name = "Framework Agreement 2025–2027, II"
    rows = [replace(row, cells=(*row.cells[:named], name, *row.cells[named + 1 :])) for row in chart.rows]
    chart = replace(chart, rows=rows)
    for columns in (row_columns(chart, fields(chart)), table_columns(chart)):
        shown = {one.column.key: one for one in place_columns(columns, width)}
        assert shown[chart.columns[named].key].width >= len(name) or all(
            one.column.priority <= 2 for one in shown.values()
        )


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((4.88, 4.0, None, MASKED, 0), ["4.88", "4.00", "–", MASKED, "0.00"]),
        ((-0.5, 3.0), ["-0.5", "3.0"]),
        ((7, -12), ["7", "-12"]),
        ((1_200.25, 3.5, -0.2), ["1,200", "4", "0"]),
    ],
)
def test_the_numbers_of_a_column_have_decimals_alike(values: tuple[Cell, ...], shown: list[str]) -> None:
    columns = (ChartColumn("of", "Of", Kind.TEXT), ChartColumn("value", "Value", Kind.NUMBER))
    chart = replace(sample.TABLE, columns=columns, rows=[ChartRow(("x", value)) for value in values])
    assert [column_text(chart, 1)(row) for row in chart.rows] == shown


def test_a_ruler_has_a_dot_where_the_share_is_and_none_where_it_is_not_known() -> None:
    assert drawn(sample.RULER, 21) == ["├────┼────┼───●┼────┤", "├─●──┼────┼────┼────┤", "├────┼────┼────┼────┤"]


def test_a_table_keeps_the_figures_that_open_people_of_their_own_beside_a_long_name() -> None:
    name = "The Open University (untagged courses)"
    rows = [replace(row, cells=(name, *row.cells[1:])) for row in sample.STACKED.rows]
    shown = {one.column.key for one in place_columns(table_columns(replace(sample.STACKED, rows=rows)), 76)}
    assert {column.key for column in sample.STACKED.columns if column.apart} <= shown


CONTRACTS = ("Framework Agreement 2023–2025", "Framework Agreement 2027–2029", "Sprachpilot 2024–2026")


@pytest.mark.parametrize(
    ("names", "cut"),
    [
        (CONTRACTS, "middle"),
        (("Python", "Statistics"), "end"),
        (("never enrolled · Cloud Academy 2024–2026", "never enrolled · Intake 2024–2026"), "end"),
    ],
)
def test_names_are_cut_where_they_are_alike(names: tuple[str, ...], cut: str) -> None:
    chart = replace(sample.BARS, rows=tuple(ChartRow((name, 4, 2.0)) for name in names))
    assert row_columns(chart, fields(chart))[0].cut == table_columns(chart)[0].cut == cut


def test_names_have_the_room_that_is_left_before_bars_grow() -> None:
    chart = replace(sample.BARS, rows=tuple(ChartRow((name, 4, 2.0)) for name in CONTRACTS))
    name, field, *_ = place_columns(row_columns(chart, fields(chart)), 76)
    assert (name.width, field.column.key) == (len(CONTRACTS[0]), "field-1")
    assert field.width > 10


@pytest.mark.parametrize("columns", [row_columns(sample.RULER, fields(sample.RULER)), table_columns(sample.RULER)])
def test_what_a_standing_is_called_is_read_at_eighty_columns(columns: list[Column[Any]]) -> None:
    shown = {one.column.key: one.width for one in place_columns(columns, 78)}
    assert shown["standing"] >= len("competitive, 10 of 14") and "percentile" in shown


@pytest.mark.parametrize("chart", sample.CHARTS, ids=lambda chart: chart.form.name)
async def test_every_form_is_drawn_and_hostile_text_does_nothing(chart: Chart) -> None:
    hostile = "[/x][@click=app.quit]x[/]\x1b[2J"
    named = next((at for at, column in enumerate(chart.columns) if column.kind is Kind.TEXT), None)
    rows = [
        replace(row, cells=tuple(hostile if at == named else cell for at, cell in enumerate(row.cells)))
        for row in chart.rows
    ]
    app = DrawingApp(replace(chart, rows=rows))
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        assert controls(app) == []
        assert named is None or "[/x]" in "\n".join(lines(app))


@pytest.mark.parametrize("width", [60, 80, 117])
async def test_the_cursor_stands_below_its_point(width: int) -> None:
    rows = [ChartRow((*row.cells[:1], 5 if at == 4 else None)) for at, row in enumerate(sample.LINES.rows)]
    chart = replace(sample.LINES, columns=sample.LINES.columns[:2], rows=rows)
    app = DrawingApp(chart)
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        app.query_one(LinePlot).action_go(4)
        await pilot.pause()
        shown = lines(app)
        (dot,) = {at for line in shown[1:-3] for at, char in enumerate(line) if "\u2800" < char <= "\u28ff"}
        assert shown[-2].index("▲") == dot
        assert shown[-1].strip() == "▲ May 2025: enrollments 5"


async def test_series_are_told_apart_without_color_and_gaps_stay_open() -> None:
    app = DrawingApp(sample.LINES)
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        shown = lines(app)
        plot = "\n".join(line[4:] for line in shown[1:-3])
        assert plot.count("◌") == 2
        assert "•" in plot
        lows = shown[-4] + shown[-5]
        first, sixth = (round((at + 0.5) / 15 * 75) + 4 for at in (0, 5))
        assert "•" not in (lows[first], lows[sixth])


def test_a_tree_says_a_level_once() -> None:
    assert [(line.depth, line.text, line.about) for line in branches(sample.TREE)] == [
        (0, "Business", ""),
        (1, "Leadership", "delegation, feedback, coaching"),
        (1, "Finance", "budgeting, forecasting"),
        (0, "Data Science", ""),
        (1, "Statistics", "regression, sampling, inference"),
    ]


def test_a_tile_has_its_figure_and_what_else_is_known() -> None:
    shown = tile(sample.TILES, sample.TILES.rows[0])
    assert (shown.title, shown.value, shown.below) == ("Enrollments", "48,210", "in 30 days 1,204")


@pytest.mark.parametrize(("descending", "first"), [(True, "Statistics"), (False, "数据 分析")])
def test_a_sorted_table_has_hidden_figures_last(descending: bool, first: str) -> None:
    rows = ordered(sample.BARS, "assessments", descending=descending)
    assert rows[0].cells[0] == first
    assert rows[-1].cells[1] == MASKED


@pytest.mark.parametrize(
    ("kind", "values", "glyphs"),
    [
        (Kind.STARS, (4.4, 3.6, None), ["★★★★☆", "★★★★☆", ""]),
        (Kind.SHARE, (1.0, 0.5, MASKED), ["██████", "███   ", ""]),
        (Kind.HOURS, (16.0, 4.0, 0.5), ["█", "▒", "░"]),
    ],
)
def test_a_table_shows_beside_its_figures_how_large_they_are(
    kind: Kind, values: tuple[Cell, ...], glyphs: list[str]
) -> None:
    columns = (ChartColumn("of", "Of", Kind.TEXT), ChartColumn("value", "Value", kind, drawn=True))
    chart = replace(sample.TABLE, columns=columns, rows=[ChartRow(("x", value)) for value in values])
    assert [cell_glyphs(chart, 1)(row) for row in chart.rows] == glyphs
    assert cell_glyphs(replace(chart, form=Form.LINES), 1)(chart.rows[0]) == ""


def test_every_form_has_a_chart_here() -> None:
    assert {chart.form for chart in sample.CHARTS} == set(Form)


@pytest.mark.parametrize("as_table", [False, True])
async def test_a_part_is_chosen_beside_the_row_and_pointed_at_without_color(as_table: bool) -> None:
    app = DrawingApp(sample.STACKED, as_table=as_table)
    async with app.run_test(size=(100, 20)) as pilot:
        widget = app.query_one(RecordTable if as_table else FigureTable)
        widget.focus()
        await pilot.pause()
        assert widget.at is None
        for presses, at, figure in ((2, 2, "190"), (2, 4, "31"), (1, 4, "31")):
            await pilot.press(*["right"] * presses)
            await pilot.pause()
            assert widget.at == at
            (line,) = [line for line in lines(app) if "Python" in line]
            assert f"▸{figure}" in line
            assert ("█▸▓" in line) == (at == 2 and not as_table)
        await pilot.press("down", *["left"] * 9)
        await pilot.pause()
        assert widget.at is None
        assert not any("▸230" in line for line in lines(app))


async def test_one_line_of_several_is_chosen_at_a_point() -> None:
    app = DrawingApp(sample.LINES)
    async with app.run_test(size=(80, 20)) as pilot:
        app.query_one(LinePlot).focus()
        await pilot.press("left", "down", "down")
        assert app.query_one(LinePlot).at == 2
        await pilot.pause()
        assert lines(app)[-1].rstrip().endswith("▸completions 91 · enter opens them")
        await pilot.press("home")
        await pilot.pause()
        assert lines(app)[-1].rstrip().endswith("▸completions <5 · too few people to be shown")
        await pilot.press("up")
        assert app.query_one(LinePlot).at is None


def test_what_opens_nobody_says_why() -> None:
    chart = sample.STACKED
    told = [told_part(chart, chart.rows[2], at) for at in range(1, 5)]
    assert told == [
        "Beginner 12 · enter opens them",
        "Intermediate <5 · too few people to be shown",
        "Advanced ≥5 · held back, because it would tell of too few people",
        "Unrated 0 · no list of people stands behind this figure",
    ]
    assert why_closed(chart.rows[2], None) == "Too few people to be shown"
    whole = "Each figure of it has people of its own: choose one by an arrow key"
    assert why_closed(ChartRow(("x", 9), n=9, parts=("name:a",)), None) == whole
    assert why_closed(ChartRow(("x", 9), n=9), None) == "No filter finds these people"
