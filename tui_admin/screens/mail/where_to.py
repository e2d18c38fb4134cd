"""Where people are invited to: asked for where neither the place nor their list says so."""

import asyncio
from collections.abc import Sequence

from textual.suggester import SuggestFromList

from tui_admin.portal import contracts
from tui_admin.rules.licenses import Standing

from ..base import ConsoleScreen

_NAMED = 4
"""Names that a question lists; tab completes the others."""


async def chosen_program(screen: ConsoleScreen, slugs: Sequence[str]) -> str | None:
    """The slug of the program, or None."""
    question = f"Invite to which program ({_some(slugs)})?"
    first = slugs[0] if len(slugs) == 1 else ""
    return await screen.status.ask_text(question, first, SuggestFromList(slugs, case_sensitive=False))


async def chosen_contract(screen: ConsoleScreen, program: str, before: str | None) -> tuple[bool, str | None]:
    """Whether that is known now, and the contract, None where there is nothing to choose from; `before` is offered."""
    args = (screen.session.store, screen.session.actor, program)
    known = await asyncio.to_thread(contracts.listing, *args)
    names = [contract.name for contract in known if contract.standing(screen.today) is Standing.IN_FORCE]
    if len(names) < 2:
        return True, None
    question = f"Under which contract ({_some(names)})?"
    suggester = SuggestFromList(names, case_sensitive=False)
    contract = await screen.status.ask_text(question, before or names[0], suggester)
    return contract is not None, contract


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
