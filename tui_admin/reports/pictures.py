"""Pictures that people give: looked at before they are kept, whatever their names or headers say."""

import hashlib
import re
import warnings
from dataclasses import dataclass
from io import BytesIO

from ..rules.errors import BadInput
from ..rules.text import clean

BYTES_LIMIT = 2_000_000
PIXELS_LIMIT = 25_000_000
"""Pixels of a picture, all its frames together: what it may take to be drawn, however small the file."""

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_WANTED = "give a PNG, JPEG, GIF or WebP picture of at most 2 MB"
_LONGEST_NAME = 100
_FOREIGN = (
    (rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg\b", "an SVG drawing"),
    (rb"\s*(?:<!--.*?-->\s*)*<(?:!DOCTYPE html|html|head|body|script)\b", "an HTML page"),
    (rb"\s*<\?xml", "an XML document"),
    (rb"%PDF-", "a PDF document"),
    (rb"BM.{4}\0\0\0\0", "a BMP picture"),
    (rb"II\*\0|MM\0\*", "a TIFF picture"),
    (rb".{4}ftyp(?:heic|heix|mif1|avif)", "a HEIC or AVIF picture"),
    (rb"PK\x03\x04", "a zip archive"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was looked at: its file's name, what it is, its size in pixels, and its bytes."""

    name: str
    media_type: str
    width: int
    height: int
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its content, by which it is known."""
        return hashlib.sha256(self.content).hexdigest()


def described(name: str, width: int, height: int, size: int) -> str:
    """`beach.jpg, 1600 x 400, 180 KB`."""
    return f"{clean(name)}, {width} x {height}, {max(round(size / 1_000), 1):,} KB"


def examine(name: str, content: bytes) -> Picture:
    """A picture, all of it decoded once; its type is told by its content.

    Raises BadInput, saying what it is instead or what is wrong with it, and what may be given.
    """
    called = (clean(re.split(r"[/\\]", name)[-1]).strip() or "picture")[-_LONGEST_NAME:]
    if len(content) > BYTES_LIMIT:
        raise BadInput(f"{called} has {len(content) / 1e6:,.1f} MB: {_WANTED}.")
    if not content:
        raise BadInput(f"{called} is empty: {_WANTED}.")
    width, height, kind = _decoded(called, content)
    return Picture(called, _FORMATS[kind], width, height, content)


def _decoded(called: str, content: bytes) -> tuple[int, int, str]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit here is lower
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as image:
                width, height = image.size
                pixels = width * height * getattr(image, "n_frames", 1)
                if pixels > PIXELS_LIMIT:
                    raise BadInput(
                        f"{called} has {pixels / 1e6:,.0f} million pixels; a picture may have "
                        f"{PIXELS_LIMIT / 1e6:,.0f} million. Make it smaller."
                    )
                for frame in range(getattr(image, "n_frames", 1)):
                    image.seek(frame)
                    image.load()
                return width, height, str(image.format)
    except UnidentifiedImageError:
        raise BadInput(f"{called} is {_instead(content)}: {_WANTED}.") from None
    except Image.DecompressionBombError:
        raise BadInput(
            f"{called} has more pixels than a picture may have ({PIXELS_LIMIT / 1e6:,.0f} million). Make it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, MemoryError):
        raise BadInput(f"{called} is damaged or cut short: it cannot be drawn. Save it anew, then give it.") from None


def _instead(content: bytes) -> str:
    start = content[:1_000].removeprefix(b"\xef\xbb\xbf")
    return next((what for pattern, what in _FOREIGN if re.match(pattern, start, re.S | re.I)), "no picture")
