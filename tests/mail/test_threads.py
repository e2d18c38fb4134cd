"""Mails are compiled in several threads at once, from the first on: reports and pages queue them while a sender fills
others."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import mdurl._decode
import mdurl._encode
import pytest

from tests.mail.samples import FROZEN, VALUES
from tui_admin.mail import markdown
from tui_admin.mail.compose import compile_message
from tui_admin.mail.message import MessageText
from tui_admin.rules.mailing import Purpose

TEXT = MessageText(
    "Hello", "See [this](https://x.example/%C3%A9), <https://x.example/%C3%A9>.", "Open", "{{ program_url }}"
)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def compiled() -> str:
    return compile_message(TEXT, FROZEN, Purpose.CUSTOM).render(VALUES).html


@pytest.mark.usefixtures("hasty")
def test_the_first_messages_may_be_compiled_at_once() -> None:
    alone, gate = compiled(), Barrier(3)

    def one_of_the_first(_: int) -> str:
        gate.wait()
        return compiled()

    with ThreadPoolExecutor(3) as threads:
        for _ in range(60):
            mdurl._encode.encode_cache.clear()
            mdurl._decode.decode_cache.clear()
            markdown._made.cache_clear()
            assert set(threads.map(one_of_the_first, range(3))) == {alone}
