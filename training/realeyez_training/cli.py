"""The training commands, in the order they are used."""

from pathlib import Path
from typing import Annotated

import typer

from realeyez_training.fit.config import DEFAULTS, RUNNING, Running, TrainConfig

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

Data = Annotated[
    Path, typer.Option(help="Folder with manifest.csv and the pictures it lists.", exists=True)
]


@app.callback()
def main() -> None:
    """Train the RealEyez model and measure it."""


@app.command()
def curate(
    sources: Annotated[
        Path | None, typer.Option(help="A TOML file that lists folders and S3 prefixes.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The data set's folder: made, or gone on with.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(help="Build nothing; check the data set in this folder.")
    ] = None,
    seed: int = 7,
    shares: Annotated[
        str, typer.Option(help="How train, val and test_seen are shared out.")
    ] = "75,10,15",
    most_per_source: Annotated[
        int | None, typer.Option(help="Take no more pictures of a source.", min=1)
    ] = None,
    least_side: Annotated[
        int, typer.Option(help="Drop pictures whose short side has fewer pixels.", min=0)
    ] = 0,
    compact: Annotated[
        bool, typer.Option("--compact", help="Keep pictures small: a cut, or scaled to 512 px.")
    ] = False,
    beside: Annotated[
        Path | None,
        typer.Option(help="Another data set: its pictures are not taken, its groups keep splits."),
    ] = None,
    listing: Annotated[
        Path | None, typer.Option(help="A CSV of what to take: to make a data set again.")
    ] = None,
) -> None:
    """Build a data set, or check one; run the same command again to go on after a stop."""
    from rich.console import Console

    from realeyez_training.curate.check import check as check_data
    from realeyez_training.curate.curate import curate
    from realeyez_training.curate.splits import parse_shares

    if check and not (sources or output):
        report = check_data(check)
    elif sources and output and not check:
        report = curate(
            sources,
            output,
            seed=seed,
            shares=parse_shares(shares),
            most_per_source=most_per_source,
            least_side=least_side,
            compact=compact,
            beside=beside,
            listing=listing,
        )
    else:
        raise typer.BadParameter("Give --sources and --output to build, or --check alone.")
    report.print(Console())
    if report.faults:
        raise typer.Exit(1)


@app.command()
def reconstruct(
    data: Data,
    encoder: Annotated[
        Path, typer.Option(help="An autoencoder's encoder, an .npz.", dir_okay=False)
    ],
    decoder: Annotated[
        Path,
        typer.Option(
            help="Its decoder, NAME_decoder….npz: NAME is the generator's.", dir_okay=False
        ),
    ],
    output: Annotated[Path, typer.Option(help="The pairs' folder: made, or gone on with.")],
    split: Annotated[str, typer.Option(help="Whose real pictures are taken.")] = "train",
    most: Annotated[
        int | None, typer.Option(help="Take no more pictures, evenly of all sources.", min=1)
    ] = None,
    seed: int = 7,
) -> None:
    """Make AI pictures of the real ones; run the same command again to go on after a stop.

    Each goes through a latent diffusion model's autoencoder and is encoded as its original is.
    """
    from realeyez_training.reconstruct.reconstruct import reconstruct

    count = reconstruct(data, encoder, decoder, output, split=split, most=most, seed=seed)
    typer.echo(f"{count} pairs are in {output}")


@app.command()
def train(
    data: Data,
    run: Annotated[Path, typer.Option(help="The run's folder: made, or gone on with.")],
    weights: Annotated[
        str, typer.Option(help="Where to start: imagenet, none, or a backbone's .weights.h5.")
    ] = DEFAULTS.weights,
    seed: Annotated[int, typer.Option(min=0)] = DEFAULTS.seed,
    batch: Annotated[int, typer.Option(min=2)] = DEFAULTS.batch,
    head_epochs: Annotated[
        int, typer.Option(help="Epochs of the head alone.", min=0)
    ] = DEFAULTS.head_epochs,
    small_epochs: Annotated[
        int, typer.Option(help="Epochs of the network on small views.", min=0)
    ] = DEFAULTS.small_epochs,
    epochs: Annotated[
        int, typer.Option(help="Epochs of the network on views of the size that is served.", min=0)
    ] = DEFAULTS.epochs,
    small_size: Annotated[
        int, typer.Option(help="Side of a small view, pixels; a multiple of 32.", min=32)
    ] = DEFAULTS.small_size,
    size: Annotated[
        int, typer.Option(help="Side of a view at the end, pixels; 224 is served.", min=32)
    ] = DEFAULTS.size,
    train_from: Annotated[
        str, typer.Option(help="First block trained after the head: stem, block1a … block7a, top.")
    ] = DEFAULTS.train_from,
    learning_rate: float = DEFAULTS.learning_rate,
    more: Annotated[
        list[Path] | None,
        typer.Option(help="Another data set to train on, or aligned pairs; as often as wanted."),
    ] = None,
    whole: Annotated[
        float, typer.Option(help="Share of views that show most of a picture.", min=0.0, max=1.0)
    ] = DEFAULTS.whole,
    paired: Annotated[
        float, typer.Option(help="Share of a batch that is aligned pairs.", min=0.0, max=0.9)
    ] = DEFAULTS.paired,
    mixed: Annotated[
        float, typer.Option(help="Share of the pairs that are AI in a part.", min=0.0, max=1.0)
    ] = DEFAULTS.mixed,
    source_balance: Annotated[
        float, typer.Option(help="1 draws every source as often, 0 none over.", min=0.0, max=1.0)
    ] = DEFAULTS.source_balance,
    content_balance: Annotated[
        float, typer.Option(help="1 draws every content as often, 0 none over.", min=0.0, max=1.0)
    ] = DEFAULTS.content_balance,
    degradation: Annotated[
        float, typer.Option(help="Strength of rescaling, blur and encoding.", min=0.0, max=1.5)
    ] = DEFAULTS.degradation,
    label_smoothing: Annotated[float, typer.Option(min=0.0, max=0.5)] = DEFAULTS.label_smoothing,
    mixup: Annotated[
        float, typer.Option(help="Alpha of mixup's Beta distribution; 0: no mixup.", min=0.0)
    ] = DEFAULTS.mixup,
    residual: Annotated[
        bool, typer.Option("--residual", help="Give the network what a blur takes away too.")
    ] = DEFAULTS.residual,
    average: Annotated[
        float,
        typer.Option(
            help="Share of the averaged weights that a step keeps; 0: no average.",
            min=0.0,
            max=0.9999,
        ),
    ] = DEFAULTS.average,
    patience: Annotated[
        int,
        typer.Option(
            help="Epochs of the last phase without a better val AUC before it stops.", min=1
        ),
    ] = DEFAULTS.patience,
    precision: Annotated[
        str, typer.Option(help="A Keras dtype policy; auto: mixed_bfloat16 where there is a GPU.")
    ] = DEFAULTS.precision,
    save_every: Annotated[
        int, typer.Option(help="Steps between two saved states.", min=1)
    ] = RUNNING.save_every,
    cache_gib: Annotated[
        float, typer.Option(help="Memory for decoded pictures, GiB.", min=0.0)
    ] = RUNNING.cache_gib,
    mirror: Annotated[
        str | None, typer.Option(help="s3://bucket/prefix: keep the run there too, and go on.")
    ] = RUNNING.mirror,
) -> None:
    """Train the network; run the same command again to go on after a stop.

    The environment variable KERAS_BACKEND chooses tensorflow, jax or torch.
    """
    from realeyez_training.fit.train import train

    config = TrainConfig(
        weights=weights,
        seed=seed,
        batch=batch,
        head_epochs=head_epochs,
        small_epochs=small_epochs,
        epochs=epochs,
        small_size=small_size,
        size=size,
        train_from=train_from,
        learning_rate=learning_rate,
        whole=whole,
        paired=paired,
        mixed=mixed,
        source_balance=source_balance,
        content_balance=content_balance,
        degradation=degradation,
        label_smoothing=label_smoothing,
        mixup=mixup,
        residual=residual,
        average=average,
        patience=patience,
        precision=precision,
    )
    running = Running(save_every=save_every, cache_gib=cache_gib, mirror=mirror)
    typer.echo(f"The best model is {train(data, run, config, running, more or [])}")


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Run folders; the first is compared with.")],
    data: Annotated[
        list[Path], typer.Option(help="Data sets whose split val is scored; as often as wanted.")
    ],
) -> None:
    """Set runs side by side on val, clean and as on the web: to decide an experiment by."""
    from rich.console import Console

    from realeyez_training.measure.compare import compare, table

    Console().print(table(compare(runs, data)))


Model = Annotated[Path, typer.Option(help="The model's manifest, a .json.", dir_okay=False)]
Resamples = Annotated[int, typer.Option(help="Bootstrap draws for every interval.", min=1)]


@app.command()
def calibrate(
    data: Data,
    model: Model,
    more: Annotated[
        list[Path] | None, typer.Option(help="Another data set with val; as often as wanted.")
    ] = None,
) -> None:
    """Choose view plan, temperature and thresholds on val; writes them into the manifest."""
    from realeyez_training.measure.calibrate import calibrate

    typer.echo(calibrate(data, model, more or []).model_dump_json(indent=2))


@app.command()
def evaluate(
    data: Data,
    model: Model,
    output: Annotated[
        Path, typer.Option(help="Folder for scores.csv, metrics.json and report.html.")
    ],
    resamples: Resamples = 1000,
    gallery: Annotated[
        bool, typer.Option(help="Show the worst mistakes; pictures may hold real people.")
    ] = True,
) -> None:
    """Score every split under every condition; writes the clean figures into the manifest too."""
    from realeyez_training.measure.evaluate import evaluate
    from realeyez_training.measure.scores import read_scores
    from realeyez_training.report.gallery import make_gallery
    from realeyez_training.report.report import write_report
    from realeyez_training.report.results import Result

    evaluation = evaluate(data, model, output, resamples=resamples)
    result = Result(read_scores(output / "scores.csv"), evaluation)
    mistakes = make_gallery(result, data, model) if gallery else None
    write_report([result], output / "report.html", mistakes, resamples)
    typer.echo(f"The report is {output / 'report.html'}")


@app.command()
def report(
    results: Annotated[
        list[Path],
        typer.Argument(
            metavar="RESULTS...",
            help="Folders that evaluate wrote, or scores CSVs of other detectors.",
        ),
    ],
    output: Annotated[Path, typer.Option(help="The HTML file to write.")],
    resamples: Resamples = 1000,
    data: Annotated[
        Path | None, typer.Option(help="With --model: pictures for a gallery of mistakes.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="With --data: the manifest of the first results' model.")
    ] = None,
) -> None:
    """Make one HTML report of any number of detectors, every figure anew from the scores.

    The gallery shows pictures, which may hold real people: mind where that report goes.
    """
    from realeyez_training.report.report import report

    report(results, output, resamples, data, model)
    typer.echo(f"The report is {output}")


@app.command()
def card(
    results: Annotated[Path, typer.Argument(help="Folder that evaluate wrote.")],
    output: Annotated[Path, typer.Option(help="The model card whose figures are renewed.")],
) -> None:
    """Write the figures of a model into its card, between the two marks that it has."""
    from realeyez_training.report.card import write_card

    write_card(results, output)
