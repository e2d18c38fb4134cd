"""The settings file: what it may hold, and the sentence for what it may not."""

from pathlib import Path

import pytest

from tui_admin.config import Config, load_config
from tui_admin.rules.errors import BadInput, UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    text = 'store = "sqlite:///x.db"\nas = "a@x.example"\nfolder = "~"\ntheme = "ansi"\nmouse = false\n'
    found = load_config(written(tmp_path, text + '[keymap]\nremove = "f8"\n'))
    assert found == Config("sqlite:///x.db", "a@x.example", "ansi", False, "~", {"remove": "f8"})


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, '\ufeffstore = "x"')).store == "x"


def test_no_own_file_means_the_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_config() == Config()
    (tmp_path / "tui-admin").mkdir()
    written(tmp_path / "tui-admin", 'theme = "light"')
    assert load_config().theme == "light"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('stor = "x"', 'unknown key "stor": did you mean "store"?'),
        ("qqq = 1", 'unknown key "qqq": known are as, folder'),
        ("store = 5", '"store" must be a text in quotes'),
        ('mouse = "no"', '"mouse" must be true or false'),
        ('theme = "pink"', '"theme" must be one of dark, light, ansi, not "pink"'),
        ("[keymap]\nremove = 8", 'every key under "keymap" must be a text in quotes'),
        ("store = ", "is not TOML"),
    ],
)
def test_what_cannot_be_is_named_with_its_file(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        load_config(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no settings file"):
        load_config(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        load_config(tmp_path)
