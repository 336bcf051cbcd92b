"""Write each module's inputs, outputs and resources into its README, as terraform-docs does.

python terraform/document.py            # write
python terraform/document.py --check    # exit with 1 if a README is not what would be written
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
BEGIN, END = "<!-- BEGIN_TF_DOCS -->", "<!-- END_TF_DOCS -->"

# As `terraform fmt` leaves them: blocks begin and end in the first column, attributes in the third.
BLOCK = re.compile(
    r'^(variable|output|resource|module) "([\w-]+)"(?: "([\w-]+)")? \{\n(.*?)^\}', re.M | re.S
)
ATTRIBUTE = re.compile(r"^  (\w+) += (.*?)(?=^  \w|\Z)", re.M | re.S)


def blocks(folder: Path, kind: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(first label, second label or "", attributes) of each block of a kind, by name."""
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))
    found = [match.groups() for match in BLOCK.finditer(text)]
    for type_, first, second, body in sorted(found, key=lambda block: (block[1], block[2] or "")):
        if type_ == kind:
            # Nested blocks, such as validations, come after what is told here.
            flat = re.split(r"^  \w+ \{$", body, maxsplit=1, flags=re.M)[0]
            values = {name: value.strip() for name, value in ATTRIBUTE.findall(flat)}
            yield first, second or "", values


def tables(folder: Path) -> str:
    """The generated part of a module's README."""
    lines = ["## Inputs", "", "| name | what | type | default |", "| --- | --- | --- | --- |"]
    for name, _, values in blocks(folder, "variable"):
        default = code(values["default"]) if "default" in values else "required"
        lines.append(f"| `{name}` | {text(values)} | {code(values['type'])} | {default} |")
    lines += ["", "## Outputs", "", "| name | what |", "| --- | --- |"]
    lines += [f"| `{name}` | {text(values)} |" for name, _, values in blocks(folder, "output")]
    lines += ["", "## Resources and modules", ""]
    lines += [f"- `{type_}.{name}`" for type_, name, _ in blocks(folder, "resource")]
    lines += [
        f"- `module.{name}` ({values['source'].strip(chr(34))})"
        for name, _, values in blocks(folder, "module")
    ]
    return "\n".join(lines)


def text(values: dict[str, str]) -> str:
    return values["description"].strip('"').replace("|", "\\|")


def code(value: str) -> str:
    """A value on one line."""
    value = re.sub(r" +#.*", "", value)  # a comment
    value = re.sub(r" +=", " =", value)  # alignment
    value = re.sub(r"(?<![{\[(,])\n\s*(?![}\])\s])", ", ", value.strip())
    return f"`{' '.join(value.split())}`".replace("|", "\\|")


def readme(folder: Path) -> str:
    """The README as it should be. Raises `ValueError` if it has no place for the tables."""
    path = folder / "README.md"
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{tables(folder)}\n{END}{after}"


def main() -> None:
    check = sys.argv[1:] == ["--check"]
    outdated = []
    for folder in sorted(
        [*HERE.glob("modules/*"), *HERE.glob("environments/*"), HERE / "bootstrap"]
    ):
        wanted = readme(folder)
        if (folder / "README.md").read_text() != wanted:
            outdated.append(folder.name)
            if not check:
                (folder / "README.md").write_text(wanted)
    if outdated and check:
        sys.exit(f"Run python terraform/document.py: outdated are {', '.join(outdated)}.")


if __name__ == "__main__":
    main()
