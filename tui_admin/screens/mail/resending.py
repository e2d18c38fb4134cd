"""Inviting once more all who never joined, from Home."""

import asyncio

from tui_admin.portal.inviting import invitation_acts
from tui_admin.portal.inviting.invitations import pending
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural

from ..base import ConsoleScreen


async def resend_all(screen: ConsoleScreen) -> None:
    """Ask, then queue an invitation to everybody who is invited and has not joined, in all programs in view."""
    session = screen.session
    if session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    by, clock = (session.store, session.actor), session.clock()
    plan = await asyncio.to_thread(invitation_acts.plan_resend, *by, None, pending(), clock)
    if not plan.count:
        reasons = plan.verdicts.reasons()
        raise UsageError(f"No invitation can be mailed again{f': {reasons}' if reasons else ''}.")
    reasons = plan.verdicts.reasons()
    question = f"Mail {plural(plan.count, 'invitation')} again{f' ({reasons})' if reasons else ''}?"
    question = (await asyncio.to_thread(lambda: screen.console.mail)).asked(question)
    if await screen.status.ask(question, (Answer("y", "resend"), Answer("n", "not yet", safe=True))) != "y":
        return
    receipt = await asyncio.to_thread(invitation_acts.apply, *by, plan, clock)
    screen.say(receipt.summary, "success", receipt.entry_id)
    screen.reload()
    screen.console.changed()
    screen.console.deliver()
