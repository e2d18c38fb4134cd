"""OpenSSH public key lines: read with care, held to what signs an administrator in, named by their fingerprint.

The blob within a line is laid out in RFC 4253 (section 6.6: RSA; section 5 of RFC 4251: its strings and numbers),
RFC 5656 (section 3.1: ECDSA), RFC 8709 (section 4: Ed25519) and OpenSSH's PROTOCOL.u2f (keys on a security key).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .errors import BadInput
from .text import stripped

RSA_BITS = 3072
"""What NIST SP 800-57 asks for beyond 2030."""

_RSA_MOST = 16_384
"""OpenSSH takes no longer ones."""

_COMMENT_LENGTH = 100
_FILE_LENGTH = 32_768
_WAY_OUT = "Make one with: ssh-keygen -t ed25519"
_GIVE_PUBLIC = "give the file whose name ends in .pub."


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its type, its blob in base64, what its owner calls it, and its SHA-256 fingerprint as `ssh-keygen
    -l` writes it."""

    type: str
    key: str
    comment: str
    fingerprint: str


def parse_key(content: str) -> PublicKey:
    """The one public key that a line or a `.pub` file holds; empty lines and those that begin with # count for nothing.

    Raises BadInput that names the line, why it is no key that can be taken, and the way out.
    """
    if len(content) > _FILE_LENGTH:
        raise BadInput(f"That is no public key file, it is too long: {_GIVE_PUBLIC}")
    _refuse_other_formats(content)
    lines = [(number, line.strip()) for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), start=1)]
    found = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not found:
        raise BadInput(f"There is no public key in it: {_GIVE_PUBLIC}")
    if len(found) > 1:
        second = found[1][0]
        raise BadInput(f"Line {second} holds something more; a key is one line, and keys are added one at a time.")
    number, line = found[0]
    try:
        return _parse_line(line)
    except BadInput as error:
        raise BadInput(f"Line {number}: {error}") from None


def fingerprint_of(blob: bytes) -> str:
    """`SHA256:` and the digest in base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def short(fingerprint: str) -> str:
    """What tells keys apart in a list."""
    return fingerprint[: len("SHA256:") + 8]


def _refuse_other_formats(content: str) -> None:
    if "PRIVATE KEY" in content or "PuTTY-User-Key-File" in content:
        raise BadInput(f"That is a private key; it stays with its owner. Show it to nobody, and {_GIVE_PUBLIC}")
    if "BEGIN SSH2 PUBLIC KEY" in content:
        raise BadInput("That is a key in another format. Convert it: ssh-keygen -i -f FILE")
    if "BEGIN PUBLIC KEY" in content or "BEGIN RSA PUBLIC KEY" in content:
        raise BadInput("That is a key in another format. Convert it: ssh-keygen -i -m PKCS8 -f FILE")


def _parse_line(line: str) -> PublicKey:
    kind, _, rest = line.partition(" ")
    _check_type(kind, rest)
    encoded, _, comment = rest.strip().partition(" ")
    blob = _decoded(encoded)
    reader = _Reader(blob)
    if reader.text() != kind:
        raise BadInput(f"the key says it is of another type than {kind}. Copy the whole line again.")
    _TYPES[kind](reader)
    reader.end()
    said = stripped(comment)[:_COMMENT_LENGTH].strip()
    return PublicKey(kind, encoded, said, fingerprint_of(blob))


def _check_type(kind: str, rest: str) -> None:
    if kind in _TYPES:
        return
    if "-cert-v01@" in kind:
        raise BadInput("that is a certificate; give the key it was made of.")
    if kind == "ssh-dss":
        raise BadInput(f"keys of the type ssh-dss are too weak to be taken. {_WAY_OUT}")
    behind = next((word for word in rest.split() if word in _TYPES), None)
    if behind:
        raise BadInput(f"nothing may stand before the type: leave out what is in front of {behind}.")
    raise BadInput(f"that is no public key that signs in. A key begins with {', '.join(_TYPES)}.")


def _decoded(encoded: str) -> bytes:
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if not blob or base64.b64encode(blob).decode() != encoded:
        raise BadInput("the key is cut off or mistyped. Copy the whole line again.")
    return blob


class _Reader:
    """Takes a blob apart: strings and numbers with a length of four bytes before them."""

    def __init__(self, blob: bytes) -> None:
        self._left = blob

    def string(self) -> bytes:
        """The next string."""
        length = int.from_bytes(self._left[:4], "big")
        found, self._left = self._left[4 : 4 + length], self._left[4 + length :]
        if not found or len(found) != length:
            raise BadInput("the key is cut off or mistyped. Copy the whole line again.")
        return found

    def text(self) -> str:
        """The next string, as a name."""
        return self.string().decode("ascii", "replace")

    def number(self) -> int:
        """The next number, positive and written in no more bytes than it takes."""
        found = self.string()
        value = int.from_bytes(found, "big", signed=True)
        if value <= 0 or len(found) != value.bit_length() // 8 + 1:
            raise BadInput("the key holds a number that is none. Copy the whole line again.")
        return value

    def end(self) -> None:
        """Nothing may follow."""
        if self._left:
            raise BadInput("the key goes on after its end. Copy the whole line again.")


def _rsa(reader: _Reader) -> None:
    exponent, modulus = reader.number(), reader.number()
    bits = modulus.bit_length()
    if bits < RSA_BITS or bits > _RSA_MOST:
        limit = f"at least {RSA_BITS:,}" if bits < RSA_BITS else f"at most {_RSA_MOST:,}"
        raise BadInput(f"the RSA key has {bits:,} bits; it must have {limit}. {_WAY_OUT}")
    if exponent < 3 or not exponent % 2 or not modulus % 2:
        raise BadInput(f"the RSA key is none that anybody could sign with. {_WAY_OUT}")


def _ed25519(reader: _Reader) -> None:
    if len(reader.string()) != 32:
        raise BadInput("an Ed25519 key has 32 bytes. Copy the whole line again.")


def _ecdsa(curve: str, length: int) -> Callable[[_Reader], None]:
    def check(reader: _Reader) -> None:
        named, point = reader.text(), reader.string()
        if named != curve or len(point) != 1 + 2 * length or point[0] != 4:
            raise BadInput(f"the key is no point of the curve {curve}. Copy the whole line again.")

    return check


def _on_security_key(check: Callable[[_Reader], None]) -> Callable[[_Reader], None]:
    def with_application(reader: _Reader) -> None:
        check(reader)
        reader.string()

    return with_application


_TYPES: Mapping[str, Callable[[_Reader], None]] = {
    "ssh-ed25519": _ed25519,
    "sk-ssh-ed25519@openssh.com": _on_security_key(_ed25519),
    "ecdsa-sha2-nistp256": _ecdsa("nistp256", 32),
    "ecdsa-sha2-nistp384": _ecdsa("nistp384", 48),
    "ecdsa-sha2-nistp521": _ecdsa("nistp521", 66),
    "sk-ecdsa-sha2-nistp256@openssh.com": _on_security_key(_ecdsa("nistp256", 32)),
    "ssh-rsa": _rsa,
}
