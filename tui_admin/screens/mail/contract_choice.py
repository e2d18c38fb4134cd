"""Under which contract of a program people are invited: asked for where it draws on several."""

import asyncio

from textual.suggester import SuggestFromList

from tui_admin.portal import contracts

from ..base import ConsoleScreen


async def chosen_contract(screen: ConsoleScreen, program: str, before: str | None) -> tuple[bool, str | None]:
    """Whether that is known now, and the contract, None where there is nothing to choose from; `before` is offered."""
    args = (screen.session.store, screen.session.actor, program)
    names = [contract.name for contract in await asyncio.to_thread(contracts.listing, *args)]
    if len(names) < 2:
        return True, None
    question = f"Under which contract ({', '.join(names)})?"
    suggester = SuggestFromList(names, case_sensitive=False)
    contract = await screen.status.ask_text(question, before or names[0], suggester)
    return contract is not None, contract
