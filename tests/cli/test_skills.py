"""`skills` on the command line."""

from pathlib import Path

from tests.cli.conftest import Console
from tests.portal.ratings.attempts import invented, put
from tests.portal.ratings.attempts import organization as taught
from tests.portal.ratings.test_validating import attempts_csv
from tui_admin.store.engine import Store


def test_a_file_is_validated_without_any_store(console: Console, tmp_path: Path) -> None:
    path = str(attempts_csv(tmp_path))
    lines = console("skills", "validate", "--attempts", path).stdout.splitlines()
    told = [line.rpartition(" ")[0] for line in lines[:7]]
    raw = ["raw AUC", "raw log-loss", "raw RMSE"]
    assert told == ["AUC", "log-loss", "RMSE", "calibration error", *raw]
    found = console.json("skills", "validate", "--attempts", path, "--json")
    assert (
        lines[0] == f"AUC {found['calibrated']['auc']:.3f}"
        and lines[1] == f"log-loss {found['calibrated']['log_loss']:.3f}"
    )
    assert sum(one["attempts"] for one in found["calibration"]) == found["raw"]["n"] == 300
    assert not console.path.exists()
    console("skills", "validate", "--skills", path, code=2)
    (tmp_path / "bad.csv").write_text("learner,assessment,order,score\na,b,1,much\n")
    refused = console("skills", "validate", "--attempts", str(tmp_path / "bad.csv"), code=4)
    assert "bad.csv, line 2, column score: 'much' is no number." in refused.stderr


def test_ratings_are_brought_up_to_date_and_parameters_are_settings(console: Console) -> None:
    assert "Nothing was handed in yet" in console("skills", "rate").stderr
    console("settings", "set", "time-zone", "UTC", "--yes")
    store = Store(console.store)
    with store.write() as connection:
        taught(connection)
        put(connection, invented(1, 200))
    store.close()
    assert "Rated 1" in console("skills", "rate").stderr
    assert "up to date" in console("skills", "rate").stderr
    said = console("settings", "set", "skill-parameters", "learner=1/0.25", "--yes").stdout
    assert "tui-admin skills rate" in said
    found = console.json("skills", "rate", "--json")
    assert found["anew"] and found["rated"] == found["attempts"]
    tuned = console("skills", "tune")
    assert "present AUC" in tuned.stdout and "learner=1/0.25 assessment=1/0.05" in tuned.stdout
    console("settings", "set", "skill-parameters", "fast", "--yes", code=4)
    console("settings", "set", "skill-parameters", "", "--yes")
    assert console.json("skills", "rate", "--json")["anew"]
