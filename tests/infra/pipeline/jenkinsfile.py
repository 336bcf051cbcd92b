"""Enough of a declarative pipeline's grammar to ask about its stages: blocks within blocks."""

import re
from dataclasses import dataclass
from pathlib import Path

_OPENS = re.compile(r"(?P<name>\w+)\s*(?:\((?P<argument>[^()]*)\))?\s*\{$")


@dataclass(frozen=True)
class Block:
    """`name(argument) { … }`: what is said in it, line by line, and the blocks in it."""

    name: str
    argument: str
    said: tuple[str, ...]
    blocks: tuple["Block", ...]

    def of(self, *names: str) -> "Block":
        """The one block of that name, and the one in that, …"""
        (found,) = [block for block in self.blocks if block.name == names[0]]
        return found.of(*names[1:]) if names[1:] else found

    def has(self, name: str) -> bool:
        return any(block.name == name for block in self.blocks)

    def stages(self) -> list["Block"]:
        """Those that run something, in their order, however deep."""
        found = [] if self.name != "stage" or self.has("stages") else [self]
        return found + [stage for block in self.blocks for stage in block.stages()]

    def lines(self) -> list[str]:
        """Everything that is said, in this block and in those in it."""
        return [*self.said, *(line for block in self.blocks for line in block.lines())]


def parse(file: Path) -> Block:
    text = re.sub(r"^\s*//.*$", "", file.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"\{ *(\S.*?) *\}$", r"{\n\1\n}", text, flags=re.MULTILINE)  # one-line blocks
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    root, rest = _block("file", "", lines)
    assert not rest, rest
    return root.of("pipeline")


def _block(name: str, argument: str, lines: list[str]) -> tuple[Block, list[str]]:
    said: list[str] = []
    blocks: list[Block] = []
    while lines:
        line, *lines = lines
        if line == "}":
            break
        if opens := _OPENS.fullmatch(line):
            block, lines = _block(opens["name"], (opens["argument"] or "").strip("'\""), lines)
            blocks.append(block)
        else:
            said.append(line)
    return Block(name, argument, tuple(said), tuple(blocks)), lines
