"""Messages by keyboard: whom for, what it says, how it looks, sent; and what became of every mail."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from textual.pilot import Pilot

from tests import small_organization as small
from tests.portal.mail_facts import mails, set_up, suppress
from tests.portal.mail_facts import settle as settled
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.app import ConsoleApp
from tui_admin.mail.transport import Limits
from tui_admin.portal.mail import drafts
from tui_admin.portal.mail.drafts import Draft
from tui_admin.portal.rights import sign_in
from tui_admin.rules.audiences import Audience
from tui_admin.screens.session import MailWay
from tui_admin.store.engine import Store
from tui_admin.store.tables import messages, outbox
from tui_admin.widgets.status_line import StatusLine

BODY = "Hello {{ name }},\n\nGo on in {{ program }}."


@pytest.fixture
def mail_store(small_store: Store) -> Store:
    """The small organization with an address its mail comes from."""
    set_up(small_store)
    return small_store


def kept(store: Store, **texts: Any) -> int:
    """A draft of ana's; its id."""
    texts = {"subject": "We miss you", "body": BODY, **texts}
    ana = sign_in(store, "ana@northwind.example")
    return drafts.save(store, ana, Draft(**texts), small.NOW).id


def stored(store: Store) -> list[dict[str, Any]]:
    """All messages."""
    with store.read() as connection:
        return [dict(row) for row in connection.execute(select(messages).order_by(messages.c.id)).mappings()]


async def write(pilot: Pilot[Any], subject: str, body: str) -> None:
    """Fill in the details, as they are typed."""
    await press(pilot, *(_key(char) for char in subject), "enter", *(_key(char) for char in body))


def _key(char: str) -> str:
    return {"\n": "enter", " ": "space"}.get(char, char)


async def until(pilot: Pilot[Any], said: str) -> None:
    """Wait for something to stand on the screen."""
    for _ in range(200):
        if said in text(pilot.app):
            return
        await pilot.pause(0.1)
    raise AssertionError(f"{said!r} never stood on the screen:\n{text(pilot.app)}")


# --- pictures


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("step", [0, 1, 2], ids=["audience", "details", "proof"])
def test_picture_of_the_wizard(
    mail_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], step: int
) -> None:
    number = kept(mail_store, whom=Audience("at-risk"), button_text="Go on", button_url="{{ program_url }}")

    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *["ctrl+n"] * step)

    app = console(mail_store, tmp_path, f"messages/{number}/write")
    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("start", ["messages", "messages/{}"], ids=["list", "one"])
def test_picture_of_messages_under_way(
    mail_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], start: str
) -> None:
    number = sent(mail_store)
    kept(mail_store, subject="")
    with mail_store.write() as connection:
        first = connection.execute(select(outbox.c.id).order_by(outbox.c.id)).scalars().all()
        connection.execute(update(outbox).where(outbox.c.id == first[0]).values(state="sent", final_at=small.NOW))
        values = {"state": "failed", "last_code": 550, "last_text": small.HOSTILE, "final_at": small.NOW}
        connection.execute(update(outbox).where(outbox.c.id == first[1]).values(**values))
        connection.execute(update(outbox).where(outbox.c.id == first[2]).values(state="unknown"))
        connection.execute(update(messages).where(messages.c.id == number).values(state="paused"))
    app = console(mail_store, tmp_path, start.format(number))
    assert snap_compare(app, terminal_size=size, run_before=settle)


def sent(store: Store) -> int:
    """A message to everybody who joined, its mails queued; its id."""
    from tui_admin.portal.mail import sending
    from tui_admin.portal.mail.audiences import Moments

    ana, at = sign_in(store, "ana@northwind.example"), Moments(small.NOW, small.NOW)
    plan = sending.plan(store, ana, kept(store), at, Limits())
    return sending.send(store, ana, plan, at).message_id


# --- the wizard


async def test_a_message_is_written_and_sent_by_keyboard(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "4")
        assert "No message was written yet." in text(pilot.app)
        await press(pilot, "n", "left", "left", "left")
        assert "(•) At risk" in text(pilot.app)
        await pilot.pause(0.3)
        await settle(pilot)
        assert "2 people would get it" in text(pilot.app)
        await press(pilot, "ctrl+n")
        await write(pilot, "We miss you", BODY)
        await press(pilot, "ctrl+n")
        assert "Go on in Data Foundations." in text(pilot.app)
        await press(pilot, "enter")
        assert "Send “We miss you” to 2 people now?" in text(pilot.app)
        assert "You answer for writing to them about their learning only." in " ".join(text(pilot.app).split())
        assert mails(mail_store) == []
        await press(pilot, "y")
        assert place(pilot.app).startswith("messages/")
        assert "Queued “We miss you” for 2 people" in text(pilot.app)
    assert [row["state"] for row in mails(mail_store)] == ["queued"] * 2


async def test_saying_no_sends_nothing_and_keeps_the_draft(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store)
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n", "enter", "enter")
        assert "We miss you" in text(pilot.app)
    assert mails(mail_store) == []
    assert stored(mail_store)[0]["state"] == "draft"


async def test_what_is_typed_is_saved_without_being_asked_to(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store, subject="", body="")
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "right", "slash", *"unit", "colon", *"Product", "enter", "ctrl+n", *"Hi")
        await pilot.pause(1.0)
        await settle(pilot)
        assert "draft saved" in text(pilot.app)
        row = stored(mail_store)[0]
    assert (row["subject"], drafts.whom(row)) == ("Hi", Audience("inactive", expression="unit:Product"))  # type: ignore[arg-type]


async def test_leaving_saves_at_once_and_keeps_no_empty_draft(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "messages").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "escape")
        assert "no draft is kept" in text(pilot.app)
        await press(pilot, "n", "ctrl+n", "X", "escape", "escape")
        assert place(pilot.app) == "messages"
    assert [row["subject"] for row in stored(mail_store)] == ["X"]


async def test_a_broken_filter_is_told_and_the_count_stays(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store)
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"nonsense")
        while not (before := next((line for line in lines(pilot.app) if " 0 people would get it" in line), "")):
            await pilot.pause(0.02)
        await press(pilot, "colon", "x")
        assert before in lines(pilot.app)
        assert "nonsense" in " ".join(lines(pilot.app)[-5:])


async def test_a_field_that_is_not_there_is_told_while_one_types(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store, body="Hello {{ nmae }}")
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "end", "!")
        await pilot.pause(0.4)
        await settle(pilot)
        assert "nmae" in text(pilot.app)
        assert "name" in [word.strip("'\".?!") for line in lines(pilot.app)[-6:] for word in line.split()]
        await press(pilot, "ctrl+n", "enter")
        assert mails(mail_store) == []


async def test_a_field_unknown_of_somebody_is_told_before_the_first_mail_leaves(
    mail_store: Store, tmp_path: Path
) -> None:
    number = kept(mail_store, body="Hello {{ city }}")
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n", "enter")
        assert "with no city" in " ".join(lines(pilot.app))
    assert mails(mail_store) == []


async def test_without_a_sender_address_it_says_what_to_do_and_does_it(small_store: Store, tmp_path: Path) -> None:
    number = kept(small_store)
    async with console(small_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n")
        assert "Mail needs an address it comes from: A sets it" in " ".join(text(pilot.app).split())
        await press(pilot, "A", *"nobody", "enter")
        assert "nobody" in text(pilot.app) and "Go on in Data Foundations." not in text(pilot.app)
        await press(pilot, "A", *"learning", "@", *"northwind", "full_stop", *"example", "enter")
        assert "Go on in Data Foundations." in text(pilot.app)
        await press(pilot, "enter", "y")
    assert len(mails(small_store)) == 7


async def test_home_says_where_the_sender_address_is_set(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "y")
        assert "A sets it" in text(pilot.app)
        await press(pilot, "A", *"learning", "@", *"northwind", "full_stop", *"example", "enter")
        assert "Set sender-address to 'learning@northwind.example'" in text(pilot.app)
        await press(pilot, "r", "y")
    assert {row["purpose"] for row in mails(small_store)} == {"invitation"}


async def test_a_program_admin_is_told_whom_to_ask_for_a_sender_address(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, email="bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "y")
        assert "an organization admin sets it" in " ".join(text(pilot.app).split())
        await press(pilot, "A")
        assert "Mail comes from which address" not in text(pilot.app)


async def test_a_text_that_cannot_be_filled_is_told_in_the_page_and_by_every_key(
    mail_store: Store, tmp_path: Path
) -> None:
    number = kept(mail_store, subject="Hello {{ nam }}")
    wrong = "The subject, line 1: there is no field {{ nam }}. The nearest is {{ name }}."
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n")
        page = "\n".join(lines(pilot.app)[2:-2])
        assert wrong in page
        assert "esc back to mend it" in page
        for key in ("l", "t", "h", "enter"):
            await press(pilot, key)
            assert wrong in "\n".join(lines(pilot.app)[2:-2])
            assert wrong in " ".join(" ".join(lines(pilot.app)[-3:]).split())
            assert not pilot.app.screen.query_one(StatusLine).asking
        await press(pilot, "escape", "shift+tab", "end", *["left"] * 3, "e", "ctrl+n")
        assert "Hello Kovács Ágnes" in text(pilot.app)
        await press(pilot, "l", "escape")
        assert "Hello Kovács Ágnes" in text(pilot.app)
    assert mails(mail_store) == []


async def test_the_preview_counts_those_who_get_the_mail(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store)
    suppress(mail_store, "hanako.tanaka@northwind.example")
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        reach = next(line for line in lines(pilot.app) if "people would get it" in line).split()[0]
        await press(pilot, "ctrl+n", "ctrl+n")
        assert f"1 of {reach} recipients" in text(pilot.app)


async def test_later_is_asked_for_and_must_lie_ahead(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store)
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n", "l")
        await press(pilot, *"2026-01-01", "enter")
        assert "is past" in text(pilot.app)
        await press(pilot, "l", *"2026-06-01", "space", *"09", "colon", *"00", "enter", "y")
        assert "Scheduled" in text(pilot.app)
    assert stored(mail_store)[0]["state"] == "scheduled"


async def test_the_marked_are_written_to(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "programs/data/members").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "space", "e")
        assert "messages/" in place(pilot.app)
        assert "to 2 people" in text(pilot.app)
        await press(pilot, "escape")
        assert "(•) The 2 chosen" in text(pilot.app)
        assert "2 people would get it" in text(pilot.app)


async def test_home_writes_to_those_who_leak(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "m")
        assert "status:no-enrollment" in text(pilot.app)
        await press(pilot, "ctrl+n", "ctrl+n", "enter", "y")
    assert {row["purpose"] for row in mails(mail_store)} == {"reminder"}


# --- values picked from lists


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_picking(mail_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    number = kept(mail_store, whom=Audience("at-risk", "program:teams"))

    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "p", "down", "space")

    app = console(mail_store, tmp_path, f"messages/{number}/write")
    assert snap_compare(app, terminal_size=size, run_before=ready)


async def test_programs_contracts_and_courses_are_picked_into_the_filter(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store, whom=Audience(expression="-unit:Board"))
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert "Data Foundations" in text(pilot.app)
        await press(pilot, "slash", *"tea", "escape", "space", "slash", *["backspace"] * 3, "escape")
        assert "1 marked" in text(pilot.app)
        await press(pilot, "enter")
        assert "-unit:Board program:teams" in text(pilot.app)
        await press(pilot, "c", "enter")
        assert 'contract:"Year 1"' in text(pilot.app)
        await press(pilot, "o", "slash", *"pyt", "escape", "enter")
        assert 'course:"Python for Analysis"' in text(pilot.app)
        await press(pilot, "p", "n", "c", "n")
        await pilot.pause(0.4)
        await settle(pilot)
        assert "2 people would get it" in text(pilot.app)
        await press(pilot, "o", "escape")
        await pilot.pause(1.0)
        await settle(pilot)
    whom = drafts.whom(stored(mail_store)[0])  # type: ignore[arg-type]
    assert whom == Audience(expression='-unit:Board course:"Python for Analysis"')


async def test_nothing_is_picked_while_the_filter_is_broken_or_the_marked_are_written_to(
    mail_store: Store, tmp_path: Path
) -> None:
    number = kept(mail_store)
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"status", "colon", "x", "enter", "p")
        assert "status" in " ".join(lines(pilot.app)[-4:]) and place(pilot.app).endswith("/write")
    async with console(mail_store, tmp_path, "programs/data/members").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "e", "escape", "p")
        assert "picked by hand" in text(pilot.app)


async def test_a_program_admin_picks_among_their_own(mail_store: Store, tmp_path: Path) -> None:
    ours = drafts.save(mail_store, sign_in(mail_store, "bo@northwind.example"), Draft(subject="x"), small.NOW).id
    app = console(mail_store, tmp_path, f"messages/{ours}/write", email="bo@northwind.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert "Data Foundations" in text(pilot.app) and "Leading Teams" not in text(pilot.app)
        await press(pilot, "escape", "c")
        assert "Year 1" in text(pilot.app) and "Year 2" not in text(pilot.app)


# --- on its way


async def test_a_message_is_paused_resumed_and_called_back(mail_store: Store, tmp_path: Path) -> None:
    number = sent(mail_store)
    async with console(mail_store, tmp_path, "messages").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert stored(mail_store)[0]["state"] == "paused"
        await press(pilot, "enter")
        assert place(pilot.app) == f"messages/{number}"
        await press(pilot, "x", "enter")
        assert stored(mail_store)[0]["state"] == "paused"
        await press(pilot, "x", "y")
        assert "called back" in text(pilot.app)
    assert {row["state"] for row in mails(mail_store)} == {"cancelled"}


async def test_mails_are_listed_by_state_with_what_the_server_said(mail_store: Store, tmp_path: Path) -> None:
    number = sent(mail_store)
    first = mails(mail_store)[0]["id"]
    with mail_store.write() as connection:
        values = {"state": "failed", "last_code": 550, "last_text": "no such user here"}
        connection.execute(update(outbox).where(outbox.c.id == first).values(**values))
        connection.execute(update(messages).where(messages.c.id == number).values(state="paused"))
    async with console(mail_store, tmp_path, f"messages/{number}").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down")
        assert "refused" in text(pilot.app)
        await press(pilot, "down", "enter")
        assert "550 no such user here" in text(pilot.app)


@pytest.mark.parametrize("downs", [0, 1], ids=["all", "waiting"])
async def test_every_mail_is_told_anew_while_the_message_is_sent(mail_store: Store, tmp_path: Path, downs: int) -> None:
    number = sent(mail_store)
    first, second, third, *rest = (row["id"] for row in mails(mail_store))
    waiting = ["waiting"] * len(rest)
    async with console(mail_store, tmp_path, f"messages/{number}").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * downs)
        settled(mail_store, "sent", small.NOW, id=first)
        await until(pilot, "sent  ")
        await settle(pilot)
        assert _states(pilot.app) == ([] if downs else ["sent"]) + ["waiting", "waiting", *waiting]
        settled(mail_store, "sent", small.NOW, id=second)
        settled(mail_store, "failed", small.NOW, id=third)
        await until(pilot, "refused")
        await settle(pilot)
        assert _states(pilot.app) == ([] if downs else ["sent", "sent", "refused"]) + waiting
        with mail_store.write() as connection:
            connection.execute(update(messages).where(messages.c.id == number).values(state="paused"))


def _states(app: ConsoleApp) -> list[str]:
    """The states of the mails that are listed."""
    listed = lines(app)
    start = next(n for n, line in enumerate(listed) if "E-mail" in line)
    words = ("waiting", "sent", "refused")
    return [word for line in listed[start + 1 : -2] for word in line.split() if word in words]


async def test_mails_in_doubt_are_decided_on(mail_store: Store, tmp_path: Path) -> None:
    number = sent(mail_store)
    first = mails(mail_store)[1]["id"]
    with mail_store.write() as connection:
        connection.execute(update(outbox).where(outbox.c.id == first).values(state="unknown"))
        connection.execute(update(messages).where(messages.c.id == number).values(state="paused"))
    async with console(mail_store, tmp_path, f"messages/{number}").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert "mark the mails you know of" in " ".join(text(pilot.app).split())
        await press(pilot, "down", "down", "tab", "d", "enter")
        assert mails(mail_store)[1]["state"] == "unknown"
        await press(pilot, "d", "s")
        assert "1 mail in doubt held for sent" in text(pilot.app)
    assert [row["state"] for row in mails(mail_store)][:2] == ["queued", "sent"]


async def test_a_program_admin_sees_only_messages_of_their_own(mail_store: Store, tmp_path: Path) -> None:
    sent(mail_store)
    async with console(mail_store, tmp_path, "messages", email="bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "We miss you" not in text(pilot.app)
        await press(pilot, "n")
        assert "4 people would get it" in text(pilot.app)


async def test_hostile_names_are_shown_harmlessly(mail_store: Store, tmp_path: Path) -> None:
    number = kept(mail_store, whom=Audience(expression="hostile"), subject=small.HOSTILE)
    async with console(mail_store, tmp_path, f"messages/{number}/write").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n")
        assert "[/x][@click=app.quit]x[/]" in text(pilot.app)
        assert no_controls(pilot.app) == []


KEPT = MailWay(
    "No mail server is set: mails stay on this machine, in x.mail. [mail] sets one.",
    "No mail server is set: mails stay on this machine, in x.mail.",
    Limits(),
    lambda: None,
    kept=True,
)
"""Without a server."""


async def test_without_a_server_it_is_said_before_and_after(mail_store: Store, tmp_path: Path) -> None:
    start = f"messages/{kept(mail_store)}/write"
    async with console(mail_store, tmp_path, start, way=KEPT).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+n", "ctrl+n", "enter")
        asked = " ".join(text(pilot.app).split())
        assert KEPT.warning in asked
        assert "Send “We miss you” to 7 people now?" in asked
        await press(pilot, "y")
        await until(pilot, "Writing We miss you to the folder:")
        settled(mail_store, "sent", small.NOW)
        with mail_store.write() as connection:
            connection.execute(update(messages).values(state="sent"))
        await until(pilot, "We miss you done · 7 written to the folder")


async def test_what_is_under_way_is_told_until_it_is_done(mail_store: Store, tmp_path: Path) -> None:
    number = sent(mail_store)
    app: ConsoleApp = console(mail_store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await until(pilot, "Sending We miss you:")
        settled(mail_store, "sent", small.NOW, message_id=number)
        with mail_store.write() as connection:
            connection.execute(update(messages).where(messages.c.id == number).values(state="sent"))
        await until(pilot, "We miss you sent")
