"""The export commands: convert, backbone and publish."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Turn a trained model into the file that the service runs."""


@app.command()
def convert(
    run: Annotated[Path, typer.Option(help="The training run's folder.", exists=True)],
    data: Annotated[
        Path, typer.Option(help="Folder with manifest.csv: pictures to verify on.", exists=True)
    ],
    output: Annotated[Path, typer.Option(help="Folder for the model and its manifest.")],
    version: Annotated[str, typer.Option(help="Version to write into the manifest.")],
) -> None:
    """Keras → ONNX, optimised, and verified on real pictures."""
    from realeyez_export.convert import convert

    exported = convert(run, data, output, version)
    typer.echo(f"Wrote {exported.manifest}; logits differ by {exported.difference:.1e} at most.")


@app.command()
def backbone(
    run: Annotated[Path, typer.Option(help="The training run's folder.", exists=True)],
    output: Annotated[Path, typer.Option(help="The file to write, a .weights.h5.")],
) -> None:
    """A run's backbone, to begin another run with: train --weights FILE."""
    from realeyez_export.backbone import write_backbone

    write_backbone(run, output)
    typer.echo(f"Wrote {output}")


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="Folder of the model.", exists=True)],
    destination: Annotated[str, typer.Argument(help="s3://bucket/prefix")],
) -> None:
    """Upload a model to S3."""
    from realeyez_export.publish import publish

    publish(folder, destination)
    typer.echo(f"Published to {destination}")
