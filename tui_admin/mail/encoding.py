"""Bodies as seven-bit lines of at most 76 bytes, encoded piece by piece so that fixed pieces are encoded once."""

from binascii import b2a_base64, b2a_qp

_LONGEST = 76
_MOSTLY_ASCII = 0.85


def mostly_ascii(text: str) -> bool:
    """Whether quoted-printable keeps the text short and readable as it is; other scripts are better off in base64."""
    return len(text) >= _MOSTLY_ASCII * len(text.encode("utf-8"))


def quoted(piece: str) -> bytes:
    """A piece of a quoted-printable body; a piece that ends inside a line ends in a soft break, so that pieces encoded
    apart can be joined."""
    data = b2a_qp(piece.encode("utf-8"))
    if data and not data.endswith(b"\n"):
        start = data.rfind(b"\n") + 1
        if len(data) - start >= _LONGEST:
            # No room for the break: move the line's last character, which may be encoded as three, down a line.
            end = len(data) - (3 if data[-3:-2] == b"=" else 1)
            data = data[:end] + b"=\n" + data[end:]
        data += b"=\n"
    return data.replace(b"\n", b"\r\n")


def base64(data: bytes) -> bytes:
    """Base64 in lines."""
    encoded = b2a_base64(data, newline=False)
    lines = [encoded[at : at + _LONGEST] for at in range(0, len(encoded), _LONGEST)]
    return b"\r\n".join((*lines, b""))
