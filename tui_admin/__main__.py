"""`python -m tui_admin` and the script `tui-admin`."""

from .cli.main import main

if __name__ == "__main__":
    main()
