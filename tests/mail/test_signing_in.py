"""Opening a connection: what goes wrong is said with its phase, and no secret leaves for whoever should not have it."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.mail.conftest import HASTY, Talking
from tests.mail.fault_script import Fault, Script
from tui_admin.mail.credentials import Password, TokenCommand
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.transport import Fate, Phase, Trouble
from tui_admin.rules.errors import MailError

SECRET = "correct horse"
ANA = Password("ana", lambda: SECRET)
USERS = {"ana": SECRET}


async def trouble(talking: Talking, script: Script, **ours: object) -> tuple[Trouble, list[bytes]]:
    """What opening a connection ends in, and what the server was sent."""
    async with talking(script=script, **ours) as talk:
        with pytest.raises(Trouble) as caught:
            await talk.connection.open()
        assert talk.connection.client is None
        assert SECRET not in str(caught.value)
        return caught.value, [*talk.server.commands]


@pytest.mark.parametrize(
    ("fault", "phase", "code", "said"),
    [
        (Fault("connect", "close"), Phase.CONNECT, None, "cannot be reached"),
        (Fault("connect", "farewell", "421 4.3.2 busy"), Phase.CONNECT, 421, "421 4.3.2 busy"),
        (Fault("connect", "farewell", "554 5.7.1 go away"), Phase.CONNECT, 554, "554 5.7.1 go away"),
        (Fault("connect", "reply", "HTTP/1.1 400 Bad Request"), Phase.CONNECT, None, "what is not SMTP"),
        (Fault("ehlo", "close"), Phase.HELLO, None, "cannot be reached"),
        (Fault("ehlo", "reset"), Phase.HELLO, None, "cannot be reached"),
        (Fault("ehlo", "reply", "550 5.7.1 no"), Phase.HELLO, 550, "550 5.7.1 no"),
        (Fault("ehlo", "farewell", "421 4.7.0 later"), Phase.HELLO, 421, "421 4.7.0 later"),
        (Fault("ehlo", "reply", "\x1b[2Jwhat"), Phase.HELLO, None, "\ufffd[2Jwhat"),
    ],
)
async def test_a_server_that_does_not_greet(
    fault: Fault, phase: Phase, code: int | None, said: str, talking: Talking
) -> None:
    found, _ = await trouble(talking, Script((fault,)))
    assert (found.phase, found.reply.code if found.reply else None) == (phase, code)
    assert said in found.text


@pytest.mark.parametrize(
    "script",
    [
        Script((Fault("ehlo", "reply", "550 5.7.1 no"),)),
        Script((Fault("starttls", "reply", "454 4.7.0 no"),), tls="starttls"),
        Script((Fault("auth", "reply", "535 5.7.8 no"),), tls="implicit", users=USERS),
    ],
    ids=["hello", "tls", "auth"],
)
async def test_whatever_fails_leaves_nothing_open(script: Script, talking: Talking) -> None:
    async with talking(script=script, credential=ANA if script.users else None) as talk:
        with pytest.raises(Trouble):
            await talk.connection.open()
        while talk.server.open:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("step", ["connect", "ehlo", "starttls"])
async def test_a_server_that_goes_silent_is_left_after_a_time(step: str, talking: Talking) -> None:
    found, _ = await trouble(talking, Script((Fault(step, "stall"),), tls="starttls"), limits=HASTY)
    assert "did not answer in time" in found.text


async def test_too_many_connections_are_a_refusal_with_its_code(talking: Talking) -> None:
    async with talking(script=Script(most_connections=1)) as talk:
        await talk.connection.open()
        with pytest.raises(Trouble) as caught:
            await talk.transport.connection().open()
        assert (caught.value.phase, caught.value.reply and caught.value.reply.code) == (Phase.CONNECT, 432)


async def test_nobody_listens(talking: Talking) -> None:
    async with talking() as talk:
        port = talk.server.port
    found, _ = await trouble(talking, Script(), port=port)
    assert found.phase is Phase.CONNECT
    assert f"127.0.0.1:{port} cannot be reached" in found.text
    found, _ = await trouble(talking, Script(), host="nowhere.invalid")
    assert "nowhere.invalid" in found.text


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_secured_connection_takes_mail_and_password(tls: str, talking: Talking) -> None:
    async with talking(script=Script(tls=tls, users=USERS), host="localhost", credential=ANA) as talk:
        assert (await talk.send(1)).fate is Fate.ACCEPTED
        assert talk.accepted == ["1"]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        ("expired", "certificate has expired"),
        ("wrong-host", "not valid for"),
        ("unknown", "unable to get local issuer"),
    ],
)
async def test_a_certificate_that_is_not_trusted_ends_it_before_any_password(
    tls: str, certificate: str, why: str, talking: Talking
) -> None:
    script = Script(tls=tls, certificate=certificate, users=USERS)
    found, commands = await trouble(talking, script, host="localhost", credential=ANA)
    assert found.phase is Phase.TLS
    assert why in found.text and "ca_file" in found.text
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in commands)


async def test_a_stripped_starttls_gets_neither_password_nor_mail(talking: Talking) -> None:
    script = Script(users=USERS, tls="none")
    found, commands = await trouble(talking, script, security=Security.STARTTLS, credential=ANA)
    assert found.phase is Phase.TLS and "does not offer STARTTLS" in found.text
    assert commands == [b"EHLO console.example"]


async def test_a_refused_starttls_gets_neither_password_nor_mail(talking: Talking) -> None:
    script = Script((Fault("starttls", "reply", "454 4.7.0 TLS not available"),), users=USERS, tls="starttls")
    found, commands = await trouble(talking, script, credential=ANA)
    assert (found.phase, found.reply and found.reply.code) == (Phase.TLS, 454)
    assert commands == [b"EHLO console.example", b"STARTTLS"]


async def test_words_put_in_before_tls_count_for_nothing(talking: Talking) -> None:
    script = Script((Fault("starttls", "extra", "250-evil\r\n250 AUTH PLAIN"),), users=USERS, tls="starttls")
    async with talking(script=script, host="localhost", credential=ANA) as talk:
        await talk.connection.open()
        assert talk.connection.client is not None
        assert "evil" not in str(talk.connection.client.last_ehlo_response)


async def test_tls_asked_of_a_server_that_speaks_plainly_says_what_to_try(talking: Talking) -> None:
    found, _ = await trouble(talking, Script(), security=Security.TLS)
    assert found.phase is Phase.TLS
    assert "try smtp+starttls://" in found.text


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_a_refused_password_is_offered_once(mechanism: str, talking: Talking) -> None:
    mechanisms = (mechanism, *({"PLAIN", "LOGIN", "CRAM-MD5"} - {mechanism}))
    script = Script(tls="implicit", users={"ana": "another"}, mechanisms=mechanisms)
    found, commands = await trouble(talking, script, credential=ANA)
    assert (found.phase, found.reply and found.reply.code) == (Phase.AUTH, 535)
    assert "does not let ana sign in" in found.text
    assert sum(line.startswith(b"AUTH") for line in commands) == 1


async def test_another_way_is_tried_where_the_server_does_not_know_the_first(talking: Talking) -> None:
    script = Script((Fault("auth", "reply", "504 5.5.4 unknown", times=1),), tls="implicit", users=USERS)
    async with talking(script=script, credential=ANA) as talk:
        await talk.connection.open()
        ways = [line.split()[1] for line in talk.server.commands if line.startswith(b"AUTH")]
        assert ways == [b"PLAIN", b"LOGIN"]


async def test_a_server_that_quotes_the_password_is_not_repeated(talking: Talking) -> None:
    quoted = "535 5.7.8 AGFuYQBjb3JyZWN0IGhvcnNl is wrong, and so is correct horse"
    script = Script((Fault("auth", "reply", quoted),), tls="implicit", users=USERS)
    found, _ = await trouble(talking, script, credential=ANA)
    assert found.reply and found.reply.text == "*** is wrong, and so is ***"


async def test_a_server_that_offers_no_way_to_sign_in(talking: Talking) -> None:
    script = Script(tls="implicit", users=USERS, mechanisms=("GSSAPI", "NTLM"))
    found, _ = await trouble(talking, script, credential=ANA)
    assert found.phase is Phase.AUTH
    assert "PLAIN, LOGIN, CRAM-MD5; it offers GSSAPI NTLM" in found.text


async def test_no_password_is_to_be_had(talking: Talking) -> None:
    def none_kept() -> str:
        raise MailError("No password is kept for ana.")

    found, commands = await trouble(talking, Script(tls="implicit", users=USERS), credential=Password("ana", none_kept))
    assert (found.phase, found.text) == (Phase.AUTH, "No password is kept for ana.")
    assert not any(line.startswith(b"AUTH") for line in commands)


def test_nobody_signs_in_over_an_open_line() -> None:
    with pytest.raises(MailError, match="anybody can read along"):
        Server("127.0.0.1", 25, Security.PLAIN, "console.example", ANA)


def token_command(folder: Path, script: str) -> TokenCommand:
    """A command that counts how often it ran, then runs `script`."""
    program = folder / "token.py"
    program.write_text(f"import sys\nopen({str(folder / 'runs')!r}, 'a').write('x')\n{script}")
    return TokenCommand("ana", f"{sys.executable} {program}")


def runs(folder: Path) -> int:
    """How often the command ran."""
    return len((folder / "runs").read_text())


async def test_a_token_is_asked_for_once_for_many_connections(talking: Talking, tmp_path: Path) -> None:
    credential = token_command(tmp_path, f"print({SECRET!r})")
    async with talking(script=Script(tls="implicit", users=USERS), credential=credential) as talk:
        assert (await talk.send(1)).fate is Fate.ACCEPTED
        await talk.transport.connection().open()
        assert runs(tmp_path) == 1
        assert SECRET not in repr(credential)


async def test_a_token_that_is_refused_is_asked_for_anew(talking: Talking, tmp_path: Path) -> None:
    credential = token_command(tmp_path, "print('expired')")
    async with talking(script=Script(tls="implicit", users=USERS), credential=credential) as talk:
        for _ in range(2):
            with pytest.raises(Trouble) as caught:
                await talk.connection.open()
            assert (caught.value.phase, caught.value.reply and caught.value.reply.code) == (Phase.AUTH, 535)
        assert runs(tmp_path) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("sys.exit('no refresh \\x1b[31mtoken')", "The token command failed: no refresh \ufffd[31mtoken"),
        ("sys.exit(3)", "The token command failed: exit 3"),
        ("print()", "The token command failed: exit 0"),
        ("print('two\\nlines')", "The token command failed"),
    ],
)
async def test_a_token_command_that_fails_says_why(script: str, said: str, talking: Talking, tmp_path: Path) -> None:
    found, _ = await trouble(talking, Script(tls="implicit", users=USERS), credential=token_command(tmp_path, script))
    assert found.phase is Phase.AUTH
    assert said in found.text


async def test_a_token_command_that_is_not_there(talking: Talking) -> None:
    credential = TokenCommand("ana", "/nowhere/token")
    found, _ = await trouble(talking, Script(tls="implicit", users=USERS), credential=credential)
    assert "cannot be run" in found.text


async def test_a_token_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui_admin.mail.credentials.COMMAND_SECONDS", 0.5)
    credential = token_command(tmp_path, "import time; time.sleep(1e6)")
    with pytest.raises(MailError, match="gave nothing within"):
        await credential.secret()
    assert len(asyncio.all_tasks()) == 1


async def test_what_a_server_says_while_a_connection_opens_can_be_followed(talking: Talking) -> None:
    script = Script(tls="starttls", users=USERS)
    async with talking(script=script, host="localhost", credential=ANA) as talk:
        heard: list[tuple[Phase, str]] = []
        talk.transport.heard = lambda *told: heard.append(told)
        await talk.connection.open()
        assert [(phase, answer[:3]) for phase, answer in heard] == [
            (Phase.CONNECT, "220"),
            (Phase.HELLO, "250"),
            (Phase.TLS, "220"),
            (Phase.TLS, "TLS"),
            (Phase.HELLO, "250"),
            (Phase.AUTH, "235"),
        ]
        assert heard[3][1].startswith("TLSv1.3, ")
        assert "SIZE 52428800" in heard[4][1]
