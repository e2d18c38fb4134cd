"""The settings file: what it may hold, and the sentence for what it may not."""

from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from tui_admin.config import Config, load_config
from tui_admin.mail.settings import mail_settings
from tui_admin.rules.errors import BadInput, UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    text = 'store = "sqlite:///x.db"\nas = "a@x.example"\nfolder = "~"\ntheme = "ansi"\nmouse = false\n'
    text += 'archive_gb = 2.5\narchive_ratio = 50\n[keymap]\nremove = "f8"\n[mail]\nconnections = 3\n'
    found = load_config(written(tmp_path, text))
    assert found == Config(
        "sqlite:///x.db", "a@x.example", "ansi", False, "~", {"remove": "f8"}, 2.5, 50, {"connections": 3}
    )


def test_the_example_of_the_readme_names_every_key_and_what_is_usual(tmp_path: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (example,) = (part for part in readme.split("\n\n") if "archive_gb" in part and part.startswith("    "))
    found, usual = load_config(written(tmp_path, dedent(example))), Config()
    assert all(getattr(found, field.name) is not None for field in fields(Config)) and found.keymap
    assert mail_settings(found.mail, {}).server
    for key in ("theme", "mouse", "archive_gb", "archive_ratio"):
        assert getattr(found, key) == getattr(usual, key)
        assert f"{key} =" in example


def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "archive_gb = 2\narchive_ratio = 50")
    found = load_config(path, {"TUI_ADMIN_ARCHIVE_GB": "0.5", "TUI_ADMIN_ARCHIVE_RATIO": ""})
    assert (found.archive_gb, found.archive_ratio) == (0.5, 50)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("TUI_ADMIN_ARCHIVE_GB", "lots", "a number above 0"),
        ("TUI_ADMIN_ARCHIVE_GB", "nan", "a number above 0"),
        ("TUI_ADMIN_ARCHIVE_RATIO", "1.5", "a whole number above 0"),
        ("TUI_ADMIN_ARCHIVE_RATIO", "0", "a whole number above 0"),
    ],
)
def test_what_the_environment_cannot_mean_is_named(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    with pytest.raises(BadInput, match=f'{name} is "{text}"; it must be {wanted}'):
        load_config(written(tmp_path, ""), {name: text})


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
        ("qqq = 1", 'unknown key "qqq": known are archive_gb, archive_ratio, as, folder'),
        ("store = 5", '"store" must be a text in quotes'),
        ('mouse = "no"', '"mouse" must be true or false'),
        ('theme = "pink"', '"theme" must be one of dark, light, ansi, not "pink"'),
        ("[keymap]\nremove = 8", 'every key under "keymap" must be a text in quotes'),
        ("mail = true", '"mail" must be a table'),
        ("archive_gb = true", '"archive_gb" must be a number above 0, such as 16'),
        ("archive_gb = -1", '"archive_gb" must be a number above 0'),
        ("archive_ratio = 0.5", '"archive_ratio" must be a whole number above 0'),
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
