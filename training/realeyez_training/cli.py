"""The training commands: train, calibrate, evaluate."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

Data = Annotated[
    Path, typer.Option(help="Folder with manifest.csv and the pictures it lists.", exists=True)
]


@app.callback()
def main() -> None:
    """Train the RealEyez model and measure it."""


@app.command()
def train(
    data: Data,
    run: Annotated[Path, typer.Option(help="The run's folder: made, or gone on with.")],
    weights: Annotated[
        str, typer.Option(help="Where to start: imagenet, none, or a backbone's .weights.h5.")
    ] = "imagenet",
    seed: int = 7,
    batch: int = 32,
    head_epochs: int = 1,
    small_epochs: int = 8,
    epochs: int = 3,
) -> None:
    """Train the network; run the same command again to go on after a stop."""
    from realeyez_training.train import TrainConfig, train

    config = TrainConfig(
        weights=weights,
        seed=seed,
        batch=batch,
        head_epochs=head_epochs,
        small_epochs=small_epochs,
        epochs=epochs,
    )
    typer.echo(f"The best model is {train(data, run, config)}")


Model = Annotated[Path, typer.Option(help="The model's manifest, a .json.", dir_okay=False)]


@app.command()
def calibrate(data: Data, model: Model) -> None:
    """Choose view plan, temperature and thresholds on val; writes them into the manifest."""
    from realeyez_training.calibrate import calibrate

    typer.echo(calibrate(data, model).model_dump_json(indent=2))


@app.command()
def evaluate(
    data: Data,
    model: Model,
    output: Annotated[Path, typer.Option(help="Folder for scores.csv and metrics.json.")],
) -> None:
    """Score val, test_seen and test_unseen; writes the figures into the manifest too."""
    from realeyez_training.evaluate import evaluate

    typer.echo(evaluate(data, model, output).model_dump_json(indent=2, include={"metrics"}))
