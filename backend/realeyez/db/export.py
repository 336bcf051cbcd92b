"""Feedback as a manifest for the next training run.

No picture is kept, so that `path` is empty. Whoever has the pictures, and the right to train on
them, fills it by their hashes; with pandas, for a FOLDER of pictures beside `feedback.csv`:

    import hashlib, pathlib, pandas
    files = [file for file in pathlib.Path("FOLDER").rglob("*") if file.is_file()]
    paths = {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files}
    rows = pandas.read_csv("feedback.csv", dtype=str, keep_default_na=False)
    rows["path"] = rows["sha256"].map(paths)
    rows.dropna(subset="path").to_csv("manifest.csv", index=False)

`read_manifest` of training then reads it: it takes the columns `path`, `label`, `split`, `source`,
`generator` and `group` and leaves the others alone. What a person still decides:

- `label`: training knows real and ai; `ai_edited` rows are of one's own choice. Callers may
  contradict each other, and rows of one picture lie together to be seen.
- `split`: empty. People send in what the model got wrong, so that such pictures measure nothing:
  they belong in train, and not into val or test.
- `group`: the picture's hash, so that its rows stay together. Near duplicates are for
  `realeyez_training curate` to find.
- `generator`: empty, for who knows it.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from realeyez.db.records import Check, GivenFeedback

# What a person needs first, then what says where it comes from.
COLUMNS = (
    "path",
    "label",
    "split",
    "source",
    "generator",
    "group",
    "sha256",
    "verdict",
    "probability",
    "basis",
    "model",
    "model_version",
    "checked_at",
    "given_at",
    "key",
    "comment",
)


def write_manifest(path: Path, said: Iterable[tuple[GivenFeedback, Check]]) -> int:
    """Write the file whole or not at all; how many rows it has."""
    rows = [_row(given, check) for given, check in said]
    part = path.with_name(f"{path.name}.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)
    return len(rows)


def _row(given: GivenFeedback, check: Check) -> dict[str, object]:
    return {
        "path": "",
        "label": given.feedback.label,
        "split": "",
        "source": "feedback",
        "generator": "",
        "group": check.image.sha256,
        "sha256": check.image.sha256,
        "verdict": check.verdict,
        "probability": check.probability,
        "basis": check.basis,
        "model": check.model.name,
        "model_version": check.model.version,
        "checked_at": check.checked_at.isoformat(),
        "given_at": given.given_at.isoformat(),
        "key": given.key_id or "",
        "comment": _harmless(given.feedback.comment or ""),
    }


def _harmless(comment: str) -> str:
    """Strangers' words, in a file that people open as a spreadsheet: none is to be a formula."""
    return f"'{comment}" if comment.startswith(("=", "+", "-", "@", "\t", "\r")) else comment
