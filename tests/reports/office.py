"""LibreOffice, where it is installed, to open what is written."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"


def from_csv(*, text: int | None = None) -> str:
    """How it is to read a CSV: comma, quotes, UTF-8, from line 1; a column (from 1) that holds text, however it looks;
    formulas are evaluated."""
    return f"--infilter=CSV:44,34,76,1,{f'{text}/2' if text else ''},0,false,true,false,false,false,0,true"


@pytest.fixture
def office(tmp_path: Path) -> "Office":
    """LibreOffice without a window, under a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (no soffice): nothing to open a report with")
    return Office(program, tmp_path)


class Office:
    """Opens a file and saves it in another format."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def convert(self, path: Path, form: str, *options: str) -> Path:
        out = self._folder / "converted"
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        command = [
            self._program,
            profile,
            "--headless",
            *options,
            "--convert-to",
            form,
            "--outdir",
            str(out),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return out / f"{path.stem}.{form.partition(':')[0]}"


def formulas(path: Path) -> int:
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml").count(b"<f")
