"""What files may grow to while they are read, before they are refused."""

from dataclasses import dataclass

GB = 10**9
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a file may grow to before it is refused; everything is counted while reading, headers are not believed.

    `expanded`: bytes over all files given; `ratio`: expanded to stored bytes of one archive, judged from `floor`
    bytes on; `members`: files in one archive; `workbook`: expanded bytes of a spreadsheet, which is read whole.
    The first two are settings of the person's (`config.Config`).
    """

    expanded: int = 8 * GB
    ratio: int = 200
    floor: int = 16 * MIB
    members: int = 10_000
    workbook: int = 512 * MIB
