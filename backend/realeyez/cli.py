"""The command line: realeyez check | serve | model."""

import logging
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from realeyez import __version__
from realeyez.models import ModelError, load_model

app = typer.Typer(
    help="Is this picture real, or was it made by AI?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="The model in use.", no_args_is_help=True)
app.add_typer(model_app, name="model")

_SHUTDOWN_SECONDS = 10

ModelLocation = Annotated[
    str,
    typer.Option(
        "--model",
        envvar="REALEYEZ_MODEL",
        help="bundled, a folder or manifest, or s3://bucket/prefix.",
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"realeyez {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Is this picture real, or was it made by AI?"""


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Pictures, or folders of them.")],
    json: Annotated[bool, typer.Option("--json", help="JSON Lines instead of text.")] = False,
    explain: Annotated[
        Path | None,
        typer.Option(help="Folder for the pictures under their heat maps.", file_okay=False),
    ] = None,
    model: ModelLocation = "bundled",
) -> None:
    """Check pictures; exits with 1 if any could not be read."""
    from realeyez.bulk import check_paths  # onnxruntime and numpy: only where they are needed

    try:
        unreadable = check_paths(paths, model=model, as_json=json, explain=explain)
    except ModelError as error:
        _fail(str(error))
    except BrokenPipeError:  # `| head` has seen enough
        raise
    except OSError as error:
        _fail(f"Cannot write to {error.filename or 'standard output'}: {error.strerror}.")
    if unreadable:
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Loopback only. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one. [default: 8000]")] = None,
    model: ModelLocation = "bundled",
) -> None:
    """Serve the API and the web page."""
    from aiohttp import web

    from realeyez.app import create_app
    from realeyez.settings import Settings

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    given: dict[str, Any] = {"host": host, "port": port, "model": model}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
        web.run_app(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,
            print=typer.echo,
            handler_cancellation=True,  # nothing is computed for a caller that went away
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
    except ValidationError as error:
        _fail("\n".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors()))
    except ModelError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}.")


@model_app.command()
def show(model: ModelLocation = "bundled") -> None:
    """Print the model's manifest, once its file is verified and loaded."""
    from realeyez.pipeline.classifier import Classifier

    try:
        typer.echo(Classifier(load_model(model)).manifest.model_dump_json(indent=2))
    except ModelError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.echo(f"realeyez: {message}", err=True)
    raise typer.Exit(2)
