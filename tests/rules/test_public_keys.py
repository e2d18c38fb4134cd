"""Public key lines: what is taken as it is, what is refused with the line and the way out."""

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.errors import BadInput
from tui_admin.rules.public_keys import parse_key, short

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFeU0NCsTlE4G4eTwffLGO4sh71CXwSMiGmt6vOEJtOZ"
FINGERPRINT = "SHA256:AMft74Hvi7wKWGec6V7+OuvHAGo3iDgYuYfmqHaMHxI"


def made(folder: Path, *how: str) -> Path:
    """A key pair of OpenSSH's own making; its public half."""
    subprocess.run(["ssh-keygen", "-q", *how, "-N", "", "-C", "ana laptop", "-f", str(folder / "id")], check=True)
    return folder / "id.pub"


def strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def line(kind: str, *parts: bytes, after: bytes = b"") -> str:
    blob = strings(kind.encode(), *parts) + after
    return f"{kind} {base64.b64encode(blob).decode()}"


def number(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


@pytest.mark.parametrize(
    "how", [("-t", "ed25519"), ("-t", "ecdsa", "-b", "256"), ("-t", "ecdsa", "-b", "521"), ("-t", "rsa", "-b", "3072")]
)
def test_the_fingerprint_is_the_one_ssh_keygen_tells(tmp_path: Path, how: tuple[str, ...]) -> None:
    path = made(tmp_path, *how)
    told = subprocess.run(["ssh-keygen", "-lf", str(path)], check=True, capture_output=True, text=True).stdout

    key = parse_key(path.read_text())

    assert key.fingerprint == told.split()[1]
    assert (key.type, key.key, key.comment) == (*path.read_text().split()[:2], "ana laptop")


def test_keys_on_a_security_key_are_taken() -> None:
    for kind, parts in (
        ("sk-ssh-ed25519@openssh.com", (bytes(32), b"ssh:")),
        ("sk-ecdsa-sha2-nistp256@openssh.com", (b"nistp256", b"\x04" + bytes(64), b"ssh:")),
    ):
        assert parse_key(line(kind, *parts)).type == kind
        with pytest.raises(BadInput, match="cut off"):
            parse_key(line(kind, *parts[:-1]))


@pytest.mark.parametrize("around", ["{}", "{}\n", "\ufeff{}\r\n", "# mine\n\n  {}  \n\n"])
def test_files_are_read_as_editors_leave_them(around: str) -> None:
    assert parse_key(around.format(ED25519)).fingerprint == FINGERPRINT
    assert short(FINGERPRINT) == "SHA256:AMft74Hv"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no public key in it"),
        ("# nothing\n", "no public key in it"),
        (f"{ED25519}\n{ED25519}", "Line 2 holds something more"),
        (f"\n{ED25519} a\n\nssh-rsa", "Line 4 holds something more"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "private key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nb3Bl", "private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", "ssh-keygen -i -f"),
        ("-----BEGIN PUBLIC KEY-----\nMIIB", "PKCS8"),
        (f'command="sh" {ED25519}', "leave out what is in front of ssh-ed25519"),
        (f"no-pty {ED25519}", "Line 1: nothing may stand before"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "too weak"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "a certificate"),
        ("hello", "no public key that signs in"),
        ("ssh-ed25519", "cut off or mistyped"),
        (ED25519[:-3], "cut off or mistyped"),
        (ED25519[:-4], "cut off or mistyped"),
        (ED25519.replace("AAAAC3", "AAAA*3"), "cut off or mistyped"),
        (ED25519.replace("ssh-ed25519", "ssh-rsa"), "of another type"),
        (line("ssh-ed25519", bytes(31)), "32 bytes"),
        (line("ssh-ed25519", bytes(32), after=b"x"), "after its end"),
        (line("ecdsa-sha2-nistp256", b"nistp384", b"\x04" + bytes(64)), "no point of the curve"),
        (line("ecdsa-sha2-nistp256", b"nistp256", b"\x02" + bytes(64)), "no point of the curve"),
        (line("ssh-rsa", number(65537), number(2**2047 + 1)), "2,048 bits; it must have at least 3,072"),
        (line("ssh-rsa", number(65537), number(2**16384 + 1)), "at most 16,384"),
        (line("ssh-rsa", number(1), number(2**3071 + 1)), "none that anybody could sign with"),
        (line("ssh-rsa", number(65537), number(2**3071)), "none that anybody could sign with"),
        (line("ssh-rsa", number(65537), b"\x00" + number(2**3071 + 1)), "a number that is none"),
        (line("ssh-rsa", number(65537), b"\xff" * 384), "a number that is none"),
        ("ssh-ed25519 " + "A" * 40_000, "too long"),
    ],
)
def test_what_is_no_key_is_refused_with_the_way_out(content: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_key(content)


def test_a_comment_is_one_harmless_line() -> None:
    assert parse_key(f'{ED25519} ana "x" \x1b[31mred\u202e $(id)').comment == 'ana "x" [31mred $(id)'
    assert len(parse_key(f"{ED25519} {'x' * 1000}").comment) == 100


@given(st.binary(max_size=60), st.sampled_from(["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"]))
def test_no_bytes_do_harm(blob: bytes, kind: str) -> None:
    try:
        parse_key(f"{kind} {base64.b64encode(blob).decode()}")
    except BadInput as error:
        assert str(error).startswith("Line 1: ")
