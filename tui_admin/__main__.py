"""`python -m tui_admin` and the script `tui-admin`."""

import sys


def main() -> None:
    """Run the program: as the person at the machine asks, or as sshd lets somebody in."""
    from .cli.context import LOGIN_OPTION

    if sys.argv[1:2] == [LOGIN_OPTION]:
        from .cli.login import main as run
    else:
        from .cli.main import main as run
    run()


if __name__ == "__main__":
    main()
