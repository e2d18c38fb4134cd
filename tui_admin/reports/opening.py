"""The tables inside one file, whatever it is: a workbook's sheets, JSON Lines, delimited text."""

from tui_admin.reports.archives import OLE_MAGIC, ZIP_MAGIC, Source, refuse_foreign
from tui_admin.reports.decoding import Warn
from tui_admin.reports.delimited import open_delimited
from tui_admin.reports.jsonlines import open_json_lines
from tui_admin.reports.limits import Limits
from tui_admin.reports.tables import Recognise, Table
from tui_admin.reports.workbooks import open_workbook


def tables_in(source: Source, limits: Limits, recognise: Recognise, warn: Warn) -> list[tuple[str, Table]]:
    """The tables of a file with the name of each, told by the file's first bytes, never by its name.

    Raises NotAReport for what is no table, BadInput for one that cannot be read.
    """
    with source.open() as stream:
        start = stream.read(4_096)
    refuse_foreign(source.name, start)
    if start.startswith((*ZIP_MAGIC, OLE_MAGIC)):
        return [(sheet.name, sheet) for sheet in open_workbook(source, limits.workbook, recognise)]
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_json_lines(source, warn)
    return [(source.name, open_delimited(source, recognise, warn))]
