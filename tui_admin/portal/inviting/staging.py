"""Reading a list of people into the temporary tables of one connection: cells judged, program and contract numbered."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection

from ...reports.people_files import PeopleFile
from ...reports.tables import Block, Refusal
from ...reports.values import text, unguarded
from ...rules.addresses import bare, canonical
from ...rules.errors import BadInput
from ...rules.invitees import AddressColumn, judge_ids, judge_names
from ...rules.mail_domains import WITHOUT_DOTS, one_mailbox
from ...rules.profile import PROFILE
from ...rules.remarks import Found, Remark
from ...rules.text import clean, search_key
from ...store.inviting import staged
from ...store.inviting.staged import Said
from ...store.person.erasures import Erased

_SHOWN = 300
"""Characters kept of a cell that is no address, to show what stood there."""

_COLUMNS = ("line", "place", "email", "shown", "name", "external_id", "search_key", "mailbox")

Spoken = dict[tuple[str, str], int]
"""What cells of program and contract say, with the number of each pair."""


class Stager:
    """Stages one list. `own` is the address of who asks; `tick` hears how many rows are read, and what it raises stops
    the reading."""

    def __init__(self, connection: Connection, own: str, tick: Callable[[int], None]) -> None:
        self._connection, self._tick = connection, tick
        self._addresses, self._erased = AddressColumn(own), Erased(connection)
        self.spoken: Spoken = {}

    def stage(self, file: PeopleFile) -> None:
        """Read all rows. Raises BadInput where there is none."""
        staged.prepare(self._connection)
        read = 0
        for block in file.blocks():
            self._stage_block(file, block)
            self._stage_broken(block.broken)
            read += len(block.rows) + len(block.broken)
            self._tick(read)
        if not read:
            raise BadInput(f"{file.name}: holds a header and nobody under it.")
        staged.index(self._connection)

    def _stage_block(self, file: PeopleFile, block: Block) -> None:
        if not block.rows:
            return
        columns = list(zip(*block.rows, strict=True))
        cells = {field: columns[at] for field, at in file.fields.items()}
        typed = _plain(cells["email"])
        addresses, found = self._addresses.judge(typed)
        if erased := self._erased.among(addresses):
            found += [(at, Remark.ERASED, "") for at, address in enumerate(addresses) if address in erased]
        names, of_names = judge_names(_plain(_names(cells)))
        ids, of_ids = judge_ids(_plain(cells["external_id"]), addresses)
        blank = ("",) * len(typed)
        pairs = zip(cells.get("program", blank), cells.get("contract", blank), strict=True)
        places = [self.spoken.setdefault(pair, len(self.spoken)) for pair in pairs]
        shown = [_shown(cell, address) for cell, address in zip(typed, addresses, strict=True)]
        keys = [search_key(name, address or "") for name, address in zip(names, addresses, strict=True)]
        staying = (block.lines, places, addresses, shown, names, ids, keys, list(map(_mailbox, addresses)))
        profile = [name for name in PROFILE if name in cells]
        told = [list(self._profile(name, cells[name], block.lines)) for name in profile]
        rows = zip(*staying, *told, strict=True)
        staged.put_rows(self._connection, (*_COLUMNS, *profile), rows)
        remarks: Sequence[Found] = (*found, *of_names, *of_ids)
        staged.put_remarks(self._connection, ((block.lines[at], remark, detail) for at, remark, detail in remarks))

    def _profile(self, name: str, cells: Sequence[str], lines: Sequence[int]) -> Iterator[str | None]:
        """The values of a profile field; those that cannot be are said to be so and left out."""
        said: list[Said] = []
        for line, cell in zip(lines, cells, strict=True):
            value = None
            if cell and not cell.isspace():
                try:
                    value = text(cell)
                    if name == "manager_email" and value:
                        canonical(value)
                except BadInput as error:
                    said.append((line, Remark.MANAGER_ADDRESS, str(error)))
                except ValueError:
                    said.append((line, Remark.CELL_LONG, name.replace("_", " ").title()))
            yield value
        staged.put_remarks(self._connection, said)

    def _stage_broken(self, broken: Sequence[Refusal]) -> None:
        place = self.spoken.setdefault(("", ""), len(self.spoken)) if broken else 0
        rows = ((one.line, place, None, _shown(" ".join(one.cells), None), "", None, "", None) for one in broken)
        staged.put_rows(self._connection, _COLUMNS, rows)
        staged.put_remarks(self._connection, ((one.line, Remark.BROKEN, one.reason) for one in broken))


def _plain(cells: Sequence[str]) -> Sequence[str]:
    """Cells without the mark that keeps a spreadsheet from running them."""
    return [unguarded(cell) if cell[:1] == "'" else cell for cell in cells]


def _names(cells: dict[str, tuple[str, ...]]) -> Sequence[str]:
    if "name" in cells:
        return cells["name"]
    return [f"{first} {last}" for first, last in zip(cells["first_name"], cells["last_name"], strict=True)]


def _shown(cell: str, address: str | None) -> str:
    """The address as it was typed, else what stood there in its place, made harmless."""
    if address is None:
        return clean(cell.strip())[:_SHOWN]
    return cell if len(cell) == len(address) else bare(cell)


def _mailbox(address: str | None) -> str | None:
    if address is None or address.rpartition("@")[2] not in WITHOUT_DOTS:
        return None
    return one_mailbox(address)
