"""The commands for operators."""

import asyncio
import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.backend.db.conftest import verdict
from typer.testing import CliRunner, Result

from realeyez.cli import app
from realeyez.db.records import Feedback
from realeyez.db.store import Store
from realeyez_training.data.manifest import read_manifest
from realeyez_training.errors import InputError

Realeyez = Callable[..., Result]


@pytest.fixture
def realeyez(database: str, monkeypatch: pytest.MonkeyPatch) -> Realeyez:
    monkeypatch.setenv("REALEYEZ_DATABASE", database)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    assert run("db", "upgrade").exit_code == 0
    return run


def test_a_key_is_shown_once(realeyez: Realeyez) -> None:
    created = realeyez("keys", "create", "the [red] web page")
    token = created.stdout.strip()
    key_id = token.split("_")[1]
    assert "this once" in created.stderr
    listed = realeyez("keys", "list").stdout
    assert f"{key_id}  " in listed
    assert "the [red] web page" in listed
    assert token.split("_")[2] not in listed
    assert realeyez("keys", "revoke", key_id).exit_code == 0
    assert realeyez("keys", "list").stdout.count(" -  ") == listed.count(" -  ") - 1
    assert realeyez("keys", "revoke", "0" * 12).exit_code == 2


def test_what_cannot_be_done_is_said(realeyez: Realeyez, tmp_path: Path) -> None:
    for arguments, named in (
        (("keys", "create", ""), "name"),
        (("keys", "revoke", "0" * 12), "keys list"),
        (("keys", "list", "--database", "mysql://me:hush@host/name"), "sqlite:///FILE"),
        (("feedback", "export", "--output", tmp_path / "no" / "f.csv"), "No such file"),
        (("db", "downgrade", "nowhere", "--yes"), "nowhere"),
        (("db", "prune", "--days", "0"), "days"),
    ):
        result = realeyez(*arguments)
        assert result.exit_code == 2, result.output
        assert named in result.stderr
        assert "hush" not in result.output
        assert "Traceback" not in result.output


def test_going_back_asks_first(realeyez: Realeyez) -> None:
    assert realeyez("db", "downgrade", "base").exit_code == 1
    assert realeyez("keys", "list").exit_code == 0
    assert realeyez("db", "downgrade", "base", "--yes").exit_code == 0


def test_prune_says_how_many(realeyez: Realeyez) -> None:
    assert realeyez("db", "prune", "--days", 30).stdout == "0 checks deleted.\n"


async def test_feedback_becomes_a_manifest(
    database: str, realeyez: Realeyez, tmp_path: Path
) -> None:
    async with Store.running(database) as store:
        key, _ = await store.create_key("a")
        for sha256, label, comment, key_id in (
            ("b" * 64, "ai", "=1+1", None),
            ("a" * 64, "real", 'My own, "raw"\nphoto — 私', None),
            ("b" * 64, "real", None, key.id),
        ):
            said = verdict(sha256)
            store.record(said, "interactive")
            feedback = Feedback(label=label, comment=comment)
            await store.add_feedback(said.id, feedback, key_id=key_id)
    output = tmp_path / "manifest.csv"
    result = await asyncio.to_thread(realeyez, "feedback", "export", "--output", output)
    assert result.stdout == f"3 rows in {output}.\n"

    with output.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["sha256"][0], row["label"], row["key"]) for row in rows] == [
        ("a", "real", ""),
        ("b", "ai", ""),
        ("b", "real", key.id),
    ]
    assert [row["comment"] for row in rows] == ['My own, "raw"\nphoto — 私', "'=1+1", ""]
    assert {row["path"] for row in rows} == {""}
    assert float(rows[0]["probability"]) == verdict().probability
    assert (rows[0]["model"], rows[0]["model_version"]) == ("realeyez-b0", "0.1.1")

    # As it is, training can read it, once the paths are filled in.
    with output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"path": f"{row['sha256']}.jpg"} for row in rows)
    pictures = read_manifest(tmp_path)
    assert [(picture.label, picture.group[0]) for picture in pictures] == [
        (0, "a"),
        (1, "b"),
        (0, "b"),
    ]


def test_training_asks_for_a_decision_on_edited_pictures(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(
        "path,label,split,source,generator,group\na.jpg,ai_edited,train,feedback,,a\n"
    )
    with pytest.raises(InputError, match="ai_edited"):
        read_manifest(tmp_path)
