"""The console's screens. How to add one:

1. A class in its own module, from `base.ConsoleScreen`: `body()` composes what stands between line 3 and 22, `crumbs()`
   says where one is, `reload()` reads the data again. `self.session` has store, actor and `now()`; `self.place` the
   place.
2. Its commands as a tuple `OFFERS` of `widgets.commands.Command`, and `BINDINGS = bindings(OFFERS)`: keys, footer,
   help, palette, command bar and docs/keys.md follow (`python -m tui_admin.cli.reference > docs/keys.md`).
3. Its styles in styles/NAME.tcss, with `CSS_PATH = style("NAME")` (`screens.styles`).
4. One line in `routes.ROUTES`: path, title, `module:Class`. Nothing else imports the module, so the start stays fast.

Slow reads go through `self.in_thread(function, done)`; a writing flow is an async worker
(`@work(exclusive=True, group="act", exit_on_error=False)`) that asks with `await self.status.ask(...)`, writes with
`await asyncio.to_thread(...)`, then calls `self.say(...)`, `self.reload()` and `self.console.changed()`. A ConsoleError
raised anywhere is said on the status line. `self.console.go(place)` opens another place. Text from data is shown
through `widgets.text.fit` or `shown`, never as markup.
"""
