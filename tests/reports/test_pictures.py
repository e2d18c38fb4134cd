"""Pictures: what they are told by their content; what is none, too large, damaged or a bomb is refused, saying so."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tui_admin.reports.pictures import BYTES_LIMIT, described, examine
from tui_admin.rules.errors import BadInput


def drawn(kind: str = "PNG", size: tuple[int, int] = (160, 40), frames: int = 1) -> bytes:
    """A picture in a format."""
    stream, image = BytesIO(), Image.effect_noise(size, 60).convert("RGB")
    more = [image.transpose(Image.Transpose.ROTATE_180)] * (frames - 1)
    image.save(stream, kind, **({"save_all": True, "append_images": more} if more else {}))
    return stream.getvalue()


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_a_picture_is_told_by_its_content(kind: str, media_type: str) -> None:
    content = drawn(kind)
    picture = examine("/home/ana/beach.bin", content)
    assert (picture.name, picture.media_type, picture.width, picture.height) == ("beach.bin", media_type, 160, 40)
    assert picture.content == content and len(picture.digest) == 64


def test_what_moves_is_a_picture_too() -> None:
    assert examine("moving.gif", drawn("GIF", frames=3)).media_type == "image/gif"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a.png is an HTML page: give a PNG, JPEG, GIF or WebP"),
        (b"\xef\xbb\xbf  <html>", "is an HTML page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "is an SVG drawing"),
        (b"<svg width='1'/>", "is an SVG drawing"),
        (b"<?xml version='1.0'?><a/>", "is an XML document"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"MM\0*" + b"\0" * 40, "is a TIFF picture"),
        (b"PK\x03\x04" + b"\0" * 40, "is a zip archive"),
        (b"\0" * 500, "is no picture"),
        (b"Full Name,Email\n", "is no picture: give a PNG, JPEG, GIF or WebP picture of at most 2 MB"),
        (b"", "is empty"),
        (drawn("BMP"), "is a BMP picture"),
        (b"\xff\xd8\xff" + b"\0" * (BYTES_LIMIT + 1), "has 2.0 MB: .* at most 2 MB"),
    ],
)
def test_what_is_none_is_refused_with_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        examine("a.png", content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_what_is_cut_short_is_refused(kind: str, share: float) -> None:
    content = drawn(kind)
    with pytest.raises(BadInput, match=r"damaged or cut short|is no picture"):
        examine("a.png", content[: int(len(content) * share)])


def test_a_header_that_lies_is_refused() -> None:
    with pytest.raises(BadInput, match="damaged or cut short"):
        examine("a.png", png(400, 400, zlib.compress(b"\0" * 100)))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8_000, 8_000), (2_000_000_000, 2)])
def test_a_bomb_is_refused_before_it_is_drawn(width: int, height: int) -> None:
    packed = zlib.compressobj(9)
    content = png(width, height, packed.compress(b"\0" * 20_000_000) + packed.flush())
    assert len(content) < 100_000
    with pytest.raises(BadInput, match=r"million pixels; a picture may have 25 million|more pixels than|damaged"):
        examine("a.png", content)


def test_frames_count_together() -> None:
    moving = BytesIO()
    first, *more = [Image.new("RGB", (900, 900), (shade, 0, 0)) for shade in range(0, 250, 7)]
    first.save(moving, "GIF", save_all=True, append_images=more)
    with pytest.raises(BadInput, match="million pixels"):
        examine("a.gif", moving.getvalue())


def test_a_name_is_harmless_and_short() -> None:
    assert examine("C:\\pictures\\x\x1b[31m.png", drawn()).name == "x\ufffd[31m.png"
    assert len(examine("a" * 500 + ".png", drawn()).name) == 100
    assert described("beach.jpg", 1600, 400, 180_400) == "beach.jpg, 1600 x 400, 180 KB"
