"""What is settled before Textual is imported."""

import subprocess
import sys

from tui_admin.terminal import prepare


def test_fewer_frames_over_ssh_and_no_animation_anywhere() -> None:
    local: dict[str, str] = {}
    remote = {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}
    prepare(local)
    prepare(remote)
    assert local == {"TEXTUAL_ANIMATIONS": "none"}
    assert remote["TEXTUAL_FPS"] == "15"


def test_what_a_person_set_stays() -> None:
    environ = {"SSH_TTY": "/dev/pts/1", "TEXTUAL_FPS": "30", "TEXTUAL_ANIMATIONS": "full"}
    prepare(environ)
    assert environ["TEXTUAL_FPS"] == "30"
    assert environ["TEXTUAL_ANIMATIONS"] == "full"


def test_it_imports_nothing_of_textual() -> None:
    code = "import sys, tui_admin.terminal; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
