"""`serve`: the pages that learners and mail clients open."""

import click

from .commands import ConsoleCommand
from .context import Context
from .options import with_context
from .output import talk


@click.command(cls=ConsoleCommand, examples=("tui-admin serve", "tui-admin serve --host 0.0.0.0 --port 8080"))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="The port; 0: any free.")
@with_context
def serve(context: Context, host: str, port: int) -> None:
    """Serve the pages for learners, until Ctrl-C or SIGTERM.

    They belong behind a web server that speaks HTTPS and runs on the same machine. Mails link to them once their
    address is set: tui-admin settings set public-url https://learn.example.org
    """
    from ..portal.pages import serving
    from ..web.serving import listening
    from ..web.serving import serve as serve_pages

    public = serving.allow(context.store, context.actor)
    with listening(host, port) as bound:
        talk(f"Serving the pages for learners at {_address(bound.getsockname())}; Ctrl-C stops.")
        if public is None:
            talk("Mails do not link to them yet: tui-admin settings set public-url https://learn.example.org")
        else:
            talk(f"Mails link to them at {public}.")
        serve_pages(context.store, context.ticking, bound)
    talk("Stopped.")


def _address(name: tuple[str, int]) -> str:
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"http://{host}:{name[1]}"
