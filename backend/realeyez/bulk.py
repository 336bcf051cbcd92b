"""Many files, one after another: what `realeyez check` does."""

import json
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from realeyez.claim_tree import claim_tree
from realeyez.models import Model
from realeyez.pipeline import conclude, prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.decode import MAX_BYTES, decode
from realeyez.pipeline.errors import NoMemory, PictureError
from realeyez.pipeline.heatmap import lay_over, render_overlay
from realeyez.pipeline.provenance import Provenance, load_trust_list
from realeyez.pipeline.stopwatch import Stopwatch
from realeyez.pipeline.types import Timings, Verdict

# Inside a folder only files of these names are pictures; a file that is named is always tried.
SUFFIXES = {".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".avif", ".bmp"}


# The percentage is the pixels' own; this says that they did not decide.
_BASES = {
    "signed_provenance": "  (by its signed record)",
    "declared_metadata": "  (by its own declaration)",
    "classifier": "",
}


def check_paths(
    paths: Iterable[Path],
    *,
    model: Model,
    as_json: bool = False,
    explain: Path | None = None,
    trust_list: Path | None = None,
    show_claims: bool = False,
) -> dict[Path, str]:
    """Print a line for each picture, and return why the unreadable ones could not be read.

    explain: a folder, made if need be, for each picture under its heat map.
    trust_list: whose signatures decide; None for the bundled list.
    show_claims: print what each file says of itself under its line; JSON holds it anyway.
    Raises `ModelError` or `TrustListError`, and `OSError` if nothing can be written.
    """
    provenance = Provenance(load_trust_list(trust_list))
    classifier = Classifier(model)
    if explain is not None:
        explain.mkdir(parents=True, exist_ok=True)
    verdicts: list[Verdict] = []
    unreadable: dict[Path, str] = {}
    files = [file for path in paths for file in _pictures_under(path, unreadable)]
    for file in _with_progress(files):
        try:
            data = _read(file)
            watch = Stopwatch()
            prepared = prepare(data, classifier.manifest, watch, provenance=provenance)
        except (PictureError, NoMemory) as error:
            unreadable[file] = str(error)
            continue
        except OSError as error:
            unreadable[file] = error.strerror or str(error)
            continue
        with watch.step("inference"):
            prediction = classifier.predict(prepared.views.pixels, alone=True)
        verdict = conclude(prepared, prediction, classifier.manifest, watch)
        verdicts.append(verdict)
        # Not typer.echo: it would write around the bar, onto its line.
        print(_json_line(file, verdict) if as_json else _text_line(file, verdict), flush=True)
        if show_claims and not as_json:
            Console().print(claim_tree(verdict))
        if explain is not None:
            overlay = render_overlay(
                prepared.image, prepared.views, prediction, classifier.manifest.temperature
            )
            # The digest keeps apart pictures of one name from several folders.
            name = f"{file.stem[:100]}.{prepared.image.sha256[:8]}.png"
            lay_over(decode(data).picture, overlay).save(explain / name)
    _summarise(verdicts, unreadable)
    return unreadable


def _pictures_under(path: Path, unreadable: dict[Path, str]) -> list[Path]:
    """The path itself, or the pictures in that folder; notes what cannot be looked into."""
    if not os.path.isdir(path):  # noqa: PTH112  pathlib's raises where this says no
        return [path]
    before = len(unreadable)

    def note(error: OSError) -> None:
        unreadable[Path(error.filename)] = error.strerror or str(error)

    found = [
        Path(folder, name)
        for folder, _, names in os.walk(path, onerror=note)
        for name in names
        if Path(name).suffix.lower() in SUFFIXES
    ]
    if not found and len(unreadable) == before:
        unreadable[path] = "no pictures in this folder"
    return sorted(found)


def _read(file: Path) -> bytes:
    """The file's bytes, or one more than are allowed: no device or pipe is waited for."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(None, "not a file")
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


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
    percent = math.floor(verdict.probability * 1000) / 10  # cut off: 99.97 % is not yet 100 %
    line = f"{verdict.verdict:<10}{percent:>5.1f}%  {_shown(file)}"
    return line + _BASES[verdict.basis]


def _shown(file: Path) -> str:
    """The path in letters that a terminal can show, whatever its bytes."""
    return os.fsencode(file).decode(errors="replace")


def _json_line(file: Path, verdict: Verdict) -> str:
    # The path goes in front, as the key that people read first.
    fields = verdict.model_dump(mode="json", exclude_none=True)
    return json.dumps({"path": str(file), **fields})


def _summarise(verdicts: list[Verdict], unreadable: dict[Path, str]) -> None:
    if len(verdicts) > 1:
        mix = Counter(verdict.verdict for verdict in verdicts)
        counts = ", ".join(f"{count} {name}" for name, count in mix.most_common())
        typer.echo(f"{len(verdicts)} pictures: {counts}. {_mean_timings(verdicts)}", err=True)
    if unreadable:
        typer.echo(f"{len(unreadable)} could not be checked:", err=True)
        for file, reason in unreadable.items():
            typer.echo(f"  {_shown(file)}: {reason}", err=True)


def _mean_timings(verdicts: list[Verdict]) -> str:
    means = {
        step: sum(getattr(verdict.timings_ms, step) for verdict in verdicts) / len(verdicts)
        for step in Timings.model_fields
        if step != "queue"  # one file after another: none waits
    }
    return "ms a picture: " + ", ".join(f"{step} {mean:.1f}" for step, mean in means.items())
