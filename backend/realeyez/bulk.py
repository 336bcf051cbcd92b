"""Many files, one after another: what `realeyez check` does."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from realeyez.models import load_model
from realeyez.pipeline import Prepared, conclude, prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.errors import PictureError
from realeyez.pipeline.heatmap import lay_over, render_overlay
from realeyez.pipeline.types import Prediction, Timings, Verdict

# Inside a folder only files of these names are pictures; a file that is named is always tried.
SUFFIXES = {".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".avif", ".bmp"}


def check_paths(
    paths: Iterable[Path], *, model: str, as_json: bool = False, explain: Path | None = None
) -> dict[Path, str]:
    """Print a line for each picture, and return why the unreadable ones could not be read.

    explain: a folder, made if need be, for each picture under its heat map.
    Raises `ModelError`.
    """
    classifier = Classifier(load_model(model))
    files: list[Path] = []
    verdicts: list[Verdict] = []
    unreadable: dict[Path, str] = {}
    for path in paths:
        found = _pictures_under(path)
        files += found
        if not found:
            unreadable[path] = "no pictures in this folder"
    for file in _with_progress(files):
        try:
            prepared = prepare(file.read_bytes(), classifier.manifest)
        except PictureError as error:
            unreadable[file] = str(error)
            continue
        except OSError as error:
            unreadable[file] = error.strerror or str(error)
            continue
        prediction = classifier.predict(prepared.views.pixels)
        verdict = conclude(prepared, prediction, classifier.manifest)
        verdicts.append(verdict)
        typer.echo(_json_line(file, verdict) if as_json else _text_line(file, verdict))
        if explain is not None:
            _write_overlay(explain, file, prepared, prediction, classifier.manifest.temperature)
    _summarise(verdicts, unreadable)
    return unreadable


def _pictures_under(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()
    )


def _with_progress(files: list[Path]) -> Iterator[Path]:
    """A bar on the terminal for many files; standard output stays clean for pipes."""
    console = Console(stderr=True)
    if len(files) < 2 or not console.is_terminal:
        yield from files
        return
    # Rich must take over standard output only where it is the same terminal as the bar's.
    shared = sys.stdout.isatty()
    with Progress(console=console, transient=True, redirect_stdout=shared) as progress:
        yield from progress.track(files, description="Checking")


def _text_line(file: Path, verdict: Verdict) -> str:
    return f"{verdict.verdict:<10}{verdict.probability:>7.1%}  {file}"


def _json_line(file: Path, verdict: Verdict) -> str:
    # The path goes in front, as the key that people read first.
    fields = verdict.model_dump(mode="json", exclude_none=True)
    return json.dumps({"path": str(file), **fields})


def _write_overlay(
    folder: Path, file: Path, prepared: Prepared, prediction: Prediction, temperature: float
) -> None:
    overlay = render_overlay(prepared.image, prepared.views, prediction, temperature)
    folder.mkdir(parents=True, exist_ok=True)
    # The digest keeps apart pictures of one name from several folders.
    name = f"{file.stem}.{prepared.image.sha256[:8]}.png"
    lay_over(prepared.image, overlay).save(folder / name)


def _summarise(verdicts: list[Verdict], unreadable: dict[Path, str]) -> None:
    if len(verdicts) > 1:
        mix = Counter(verdict.verdict for verdict in verdicts)
        counts = ", ".join(f"{count} {name}" for name, count in mix.most_common())
        typer.echo(f"{len(verdicts)} pictures: {counts}. {_mean_timings(verdicts)}", err=True)
    if unreadable:
        typer.echo(f"{len(unreadable)} could not be checked:", err=True)
        for file, reason in unreadable.items():
            typer.echo(f"  {file}: {reason}", err=True)


def _mean_timings(verdicts: list[Verdict]) -> str:
    means = {
        step: sum(getattr(verdict.timings_ms, step) for verdict in verdicts) / len(verdicts)
        for step in Timings.model_fields
    }
    return "ms a picture: " + ", ".join(f"{step} {mean:.1f}" for step, mean in means.items())
