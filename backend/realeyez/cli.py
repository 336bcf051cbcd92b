"""The command line: realeyez check | serve | model | provenance | db | keys | feedback."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError

from realeyez import __version__
from realeyez.db.errors import StoreError, Unavailable
from realeyez.db.location import default_location
from realeyez.models import ModelError, load_model
from realeyez.models.cache import Cache, default_folder

app = typer.Typer(
    help="Is this picture real, or was it made by AI?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="The model in use.", no_args_is_help=True)
app.add_typer(model_app, name="model")
db_app = typer.Typer(help="The database of keys, checks and feedback.", no_args_is_help=True)
app.add_typer(db_app, name="db")
keys_app = typer.Typer(help="API keys: who may use the service.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
feedback_app = typer.Typer(help="What people said of verdicts.", no_args_is_help=True)
app.add_typer(feedback_app, name="feedback")
provenance_app = typer.Typer(help="What files say of their own origin.", no_args_is_help=True)
app.add_typer(provenance_app, name="provenance")

ModelLocation = Annotated[
    str,
    typer.Option(
        "--model",
        envvar="REALEYEZ_MODEL",
        help="bundled, a folder or manifest, or s3://bucket/prefix/version.",
    ),
]

ModelCache = Annotated[
    Path,
    typer.Option(
        "--cache",
        envvar="REALEYEZ_MODEL_CACHE",
        default_factory=default_folder,
        show_default="in your cache folder",
        help="Folder that keeps models from S3.",
    ),
]

TrustListPlace = Annotated[
    Path | None,
    typer.Option(
        "--trust-list",
        envvar="REALEYEZ_TRUST_LIST",
        help="Folder or PEM file of those whose signatures decide.",
        show_default="the bundled list",
    ),
]

DatabaseLocation = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="REALEYEZ_DATABASE",
        default_factory=default_location,
        show_default="a SQLite file in your data folder",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; a password only in the variable.",
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
    cache: ModelCache,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines instead of text.")] = False,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Show what each file says of its own origin.")
    ] = False,
    explain: Annotated[
        Path | None,
        typer.Option(help="Folder for the pictures under their heat maps.", file_okay=False),
    ] = None,
    model: ModelLocation = "bundled",
    trust_list: TrustListPlace = None,
) -> None:
    """Check pictures; exits with 1 if any could not be read."""
    # onnxruntime and numpy: only where they are needed
    from realeyez.bulk import check_paths
    from realeyez.pipeline.provenance import TrustListError

    try:
        unreadable = check_paths(
            paths,
            model=load_model(model, cache),
            as_json=json,
            explain=explain,
            trust_list=trust_list,
            show_claims=provenance,
        )
    except (ModelError, TrustListError) as error:
        _fail(str(error))
    except BrokenPipeError:  # `| head` has seen enough
        raise
    except OSError as error:
        _fail(f"Cannot write to {error.filename or 'standard output'}: {error.strerror}.")
    if unreadable:
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Beyond loopback only with keys. [default: 127.0.0.1]")
    ] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one. [default: 8000]")] = None,
    model: ModelLocation = "bundled",
) -> None:
    """Serve the API and the web page."""
    import asyncio

    from realeyez import logs
    from realeyez.api.auth import NoKeys
    from realeyez.pipeline.provenance import TrustListError
    from realeyez.serve import serve as run
    from realeyez.settings import Settings

    given: dict[str, Any] = {"host": host, "port": port, "model": model}
    try:
        with _store_faults():
            settings = Settings(
                **{name: value for name, value in given.items() if value is not None}
            )
            logs.configure(settings.log, settings.log_level)
            asyncio.run(run(settings, typer.echo))
    except (ModelError, TrustListError, NoKeys) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}.")


@provenance_app.command()
def trust(trust_list: TrustListPlace = None) -> None:
    """Show whose signatures decide: the trust list in use."""
    from realeyez.pipeline.provenance import TrustListError, load_trust_list
    from realeyez.trust_table import print_trust

    try:
        print_trust(load_trust_list(trust_list))
    except TrustListError as error:
        _fail(str(error))


@model_app.command()
def show(cache: ModelCache, model: ModelLocation = "bundled") -> None:
    """Print the model's manifest, once its file is verified and loaded."""
    from realeyez.pipeline.classifier import Classifier

    try:
        typer.echo(Classifier(load_model(model, cache)).manifest.model_dump_json(indent=2))
    except ModelError as error:
        _fail(str(error))


@model_app.command()
def pull(
    cache: ModelCache,
    location: Annotated[
        str,
        typer.Argument(envvar="REALEYEZ_MODEL", help="s3://bucket/prefix/version."),
    ],
) -> None:
    """Fetch a model from S3 into the cache, so that a start needs no download."""
    if not location.startswith("s3://"):
        _fail(f"{location} is on this machine already; pull takes s3://bucket/prefix/version.")
    try:
        manifest = load_model(location, cache).manifest
    except ModelError as error:
        _fail(str(error))
    path = Cache(cache).path(manifest.sha256)
    if not path.is_file():
        _fail(f"{path} could not be written.")
    typer.echo(f"{manifest.name} {manifest.version}, {path.stat().st_size:,} bytes: {path}")


@db_app.command()
def upgrade(database: DatabaseLocation) -> None:
    """Make the tables, or bring them to this version's."""
    with _store_faults():
        from realeyez.db import admin  # SQLAlchemy: only where it is needed

        admin.upgrade(database)


@db_app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go back to, or base for none.")],
    database: DatabaseLocation,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Go back to an older version's tables; what those cannot hold is lost."""
    if not yes:
        typer.confirm("What the older tables cannot hold is deleted. Go on?", abort=True)
    with _store_faults():
        from realeyez.db import admin

        admin.downgrade(database, revision)


@db_app.command()
def prune(
    days: Annotated[int, typer.Option(help="Keep checks this long.", min=1, max=36_500)],
    database: DatabaseLocation,
) -> None:
    """Delete old checks that nobody gave feedback on."""
    with _store_faults():
        from realeyez.db import admin

        admin.prune(database, days)


@keys_app.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="Whose it is; for people.")],
    database: DatabaseLocation,
) -> None:
    """Make a key and show it, this once."""
    with _store_faults():
        from realeyez.db import admin

        admin.create_key(database, name)


@keys_app.command("list")
def list_keys(database: DatabaseLocation) -> None:
    """Show all keys, without what opens the door."""
    with _store_faults():
        from realeyez.db import admin

        admin.list_keys(database)


@keys_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    database: DatabaseLocation,
) -> None:
    """Let a key open nothing any more."""
    with _store_faults():
        from realeyez.db import admin

        admin.revoke_key(database, key_id)


@feedback_app.command("export")
def export_feedback(
    output: Annotated[Path, typer.Option(help="CSV file to write.", dir_okay=False)],
    database: DatabaseLocation,
) -> None:
    """Write the feedback as a manifest for training; the pictures' paths are left to fill."""
    with _store_faults():
        from realeyez.db import admin

        try:
            admin.export_feedback(database, output)
        except OSError as error:
            _fail(f"Cannot write {output}: {error.strerror}.")


@contextmanager
def _store_faults() -> Iterator[None]:
    """Operators are told the database's own words too."""
    try:
        yield
    except Unavailable as error:
        _fail(f"{error} It says: {error.reason}")
    except StoreError as error:
        _fail(str(error))
    except ValidationError as error:
        _fail("\n".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors()))


def _fail(message: str) -> NoReturn:
    typer.echo(f"realeyez: {message}", err=True)
    raise typer.Exit(2)
