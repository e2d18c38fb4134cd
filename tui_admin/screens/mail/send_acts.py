"""What the last step of the wizard does: send now or later, try it on oneself, save how it looks."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tui_admin.portal.mail import previews, sending
from tui_admin.portal.mail.sending import SendPlan, Sent
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.rules.times import Instant
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import moment

from ..place import Place
from ..saving import ask_path

if TYPE_CHECKING:
    from .wizard import WizardScreen

Result = TypeVar("Result")
_NOT_YET = Answer("n", "not yet", safe=True)

_TERMS = "You answer for writing to them about their learning only."
"""What whoever sends agrees to."""


class SendActs:
    """The acts of one wizard."""

    def __init__(self, screen: "WizardScreen") -> None:
        self._screen = screen

    async def send(self, at: Instant | None = None) -> None:
        """Plan, ask with the exact count and all that is to be known, queue, and start delivery."""
        screen = self._screen
        if screen.session.read_only:
            raise UsageError("This console was opened with --read-only: nothing can be changed.")
        await screen.save()
        plan = await self._working("Checking recipients", lambda told, stopped: self._plan(at, told, stopped))
        if plan.refusal:
            raise BadInput(plan.refusal)
        if not await self._agreed(plan):
            return
        sent = await self._working("Queueing", lambda told, stopped: self._send(plan, told, stopped))
        screen.say(sent.summary, "success")
        screen.console.deliver()
        screen.go_on(Place(("messages", str(sent.message_id))))

    async def later(self) -> None:
        """Ask for the day and hour, then send at that time."""
        zone = self._screen.console.facts.zone
        text = await self._screen.status.ask_text(f"Send when ({zone})? Such as 2026-01-31 09:00:")
        if text is None:
            return
        await self.send(sending.later(text, zone, self._screen.session.clock()))

    async def test(self) -> None:
        """Queue the mail on screen to whoever asks."""
        screen = self._screen
        args = (screen.session.store, screen.session.actor, screen.draft, screen.membership_id, screen.moments)
        screen.say(await asyncio.to_thread(previews.send_test, *args), "success")
        screen.console.deliver()

    async def save_html(self) -> None:
        """Save the mail on screen as an HTML file."""
        screen = self._screen
        if screen.shown is None:
            raise UsageError("There is nothing to save yet.")
        path = await ask_path(screen, f"message-{screen.message_id}.html", "t mails it to you.")
        if path is None:
            return
        try:
            await asyncio.to_thread(path.write_text, screen.shown.html, encoding="utf-8")
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
        screen.say(f"Saved to {path}: open it in a browser", "success")

    async def _agreed(self, plan: SendPlan) -> bool:
        screen = self._screen
        when = "now"
        if plan.send_at is not None:
            when = f"at {moment(plan.send_at, screen.session.clock(), screen.console.facts.zone)}"
        way = await asyncio.to_thread(lambda: screen.console.mail)
        screen.note(" ".join(filter(None, (way.warning, *plan.notes))))
        answers = (Answer("y", "I agree, send it"), _NOT_YET)
        question = f"Send {plan.summary} {when}? Time: {plan.estimate}. {_TERMS}"
        return await screen.status.ask(question, answers) == "y"

    async def _working(self, label: str, work: Callable[[sending.Progress, sending.Cancel], Result]) -> Result:
        screen = self._screen

        def told(done: int, total: int) -> None:
            screen.app.call_later(screen.status.progress, label, done, total, "ctrl+g stops")

        with screen.working() as stopped:
            screen.status.wait(f"{label} …")
            try:
                return await asyncio.to_thread(work, told, stopped)
            finally:
                screen.status.wait("")

    def _plan(self, at: Instant | None, told: sending.Progress, stopped: sending.Cancel) -> SendPlan:
        screen, session = self._screen, self._screen.session
        args = (session.store, session.actor, screen.message_id, screen.moments, screen.console.mail.limits)
        return sending.plan(*args, send_at=at, progress=told, cancelled=stopped)

    def _send(self, plan: SendPlan, told: sending.Progress, stopped: sending.Cancel) -> Sent:
        screen, session = self._screen, self._screen.session
        return sending.send(session.store, session.actor, plan, screen.moments, progress=told, cancelled=stopped)
