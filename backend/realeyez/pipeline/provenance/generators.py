"""Notes that image generators write: settings, prompts, node graphs. Known by their structure."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from realeyez.pipeline.provenance.exif import (
    DESCRIPTION,
    MAKE,
    MAKER_NOTE,
    MODEL,
    SOFTWARE,
    USER_COMMENT,
)
from realeyez.pipeline.provenance.metadata import Metadata
from realeyez.pipeline.provenance.plain import MAX_PROMPT, json_object, plain
from realeyez.pipeline.types import Claim

_XAP = "{http://ns.adobe.com/xap/1.0/}"
_XMP_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

_LAST_LINE = 8192  # characters of WebUI settings that are looked at


class Found(NamedTuple):
    """A generator's note; model and prompt if it names them."""

    generator: str
    model: object = None
    prompt: object = None


def claims(metadata: Metadata) -> Iterator[Claim]:
    """One claim, of the first generator whose note this is: some write a rival's notes too."""
    found = next((found for look in _GENERATORS if (found := look(metadata))), None)
    if found is None:
        return
    model = plain(found.model)
    yield Claim(
        kind="generator",
        certainty="declared",
        says="ai",
        summary=f"The file holds the settings of {found.generator}, a program that makes pictures "
        f"with AI{f', with the model {model}' if model else ''}.",
        generator=found.generator,
        model=model,
        prompt=plain(found.prompt, MAX_PROMPT),
    )


def _swarm(metadata: Metadata) -> Found | None:
    for note in _settings(metadata):
        settings = json_object(note).get("sui_image_params")
        if isinstance(settings, dict):
            return Found("SwarmUI", settings.get("model"), settings.get("prompt"))
    return None


def _fooocus(metadata: Metadata) -> Found | None:
    exif = metadata.exif
    scheme = metadata.text.get("fooocus_scheme")
    if str(exif.get(SOFTWARE, "")).startswith("Fooocus"):
        scheme = scheme or str(exif.get(MAKER_NOTE, ""))
    if scheme not in ("fooocus", "a1111"):
        return None
    for note in _settings(metadata):
        settings = json_object(note)
        if str(settings.get("version", "")).startswith("Fooocus"):
            return Found("Fooocus", settings.get("base_model"), settings.get("prompt"))
        if found := _webui_settings(note):
            return found._replace(generator="Fooocus")
    return None


def _invoke(metadata: Metadata) -> Found | None:
    text = metadata.text
    new = json_object(text.get("invokeai_metadata"))
    if {"app_version", "generation_mode", "positive_prompt"} & new.keys():
        model = new.get("model")
        if isinstance(model, dict):
            model = model.get("name") or model.get("model_name")
        return Found("InvokeAI", model, new.get("positive_prompt"))
    if {"nodes", "edges"} <= json_object(text.get("invokeai_graph")).keys():
        return Found("InvokeAI")
    old = json_object(text.get("sd-metadata"))
    if old.get("app_id") == "invoke-ai/InvokeAI":
        image = old.get("image")
        prompt = image.get("prompt") if isinstance(image, dict) else None
        if isinstance(prompt, list) and prompt and isinstance(prompt[0], dict):
            prompt = prompt[0].get("prompt")
        return Found("InvokeAI", old.get("model_weights"), prompt)
    dream = re.fullmatch(r'"([^"]*)"(?: [\w.:/-]+){2,60}', text.get("Dream", "")[:_LAST_LINE])
    flags = dream[0] if dream else ""
    if dream and re.search(r" -s ?\d", flags) and re.search(r" -S ?\d", flags):
        return Found("InvokeAI", prompt=dream[1])
    return None


def _novelai(metadata: Metadata) -> Found | None:
    text = metadata.text
    settings = json_object(text.get("Comment"))
    if text.get("Software") == "NovelAI" and {"steps", "sampler", "seed"} <= settings.keys():
        return Found("NovelAI", text.get("Source"), text.get("Description"))
    return None


def _comfy(metadata: Metadata) -> Found | None:
    for note in _graphs(metadata):
        graph = json_object(note)
        nodes = [node for node in graph.values() if isinstance(node, dict)]
        if graph and len(nodes) == len(graph) and all("class_type" in node for node in nodes):
            return Found("ComfyUI", _comfy_model(nodes), _comfy_prompt(graph, nodes))
        listed = graph.get("nodes")
        if isinstance(listed, list) and listed and "links" in graph:
            typed = [node for node in listed if isinstance(node, dict) and "type" in node]
            if len(typed) == len(listed):
                return Found("ComfyUI")
    return None


def _graphs(metadata: Metadata) -> Iterator[object]:
    """PNG text; in WebP and JPEG, `prompt:{…}` in an EXIF text field."""
    yield from (metadata.text.get(key) for key in ("prompt", "workflow"))
    fields = [str(metadata.exif.get(tag)) for tag in (MAKE, MODEL, DESCRIPTION)]
    for key in ("prompt", "workflow"):
        for field in fields:
            name, _, value = field.partition(":")
            if name.casefold() == key:
                yield value
    combined = json_object(metadata.exif.get(USER_COMMENT))
    yield from (combined.get(key) for key in ("prompt", "workflow"))


def _comfy_model(nodes: list[dict[str, Any]]) -> object:
    for name in ("ckpt_name", "unet_name", "model_name"):
        for node in nodes:
            inputs = node.get("inputs")
            if isinstance(inputs, dict) and isinstance(inputs.get(name), str):
                return inputs[name]
    return None


def _comfy_prompt(graph: dict[str, Any], nodes: list[dict[str, Any]]) -> object:
    """The text that a sampler's positive input leads to, else the first text that is encoded."""
    texts = []
    for node in nodes:
        inputs = node.get("inputs")
        if not isinstance(inputs, dict):
            continue
        if node["class_type"] == "CLIPTextEncode" and isinstance(inputs.get("text"), str):
            texts.append(inputs["text"])
        positive = inputs.get("positive")
        if isinstance(positive, list) and positive and isinstance(positive[0], str):
            asked = graph.get(positive[0], {}).get("inputs")
            if isinstance(asked, dict) and isinstance(asked.get("text"), str):
                return asked["text"]
    return texts[0] if texts else None


def _webui(metadata: Metadata) -> Found | None:
    found = (_webui_settings(note) for note in _settings(metadata))
    return next((one for one in found if one), None)


def _webui_settings(note: str) -> Found | None:
    """`prompt`, `Negative prompt: …`, and a last line `Steps: 20, Sampler: …, Seed: 1, …`."""
    above, newline, line = note.rstrip().rpartition("\nSteps: ")
    if not newline:
        above, line = "", note.removeprefix("Steps: ") if note.startswith("Steps: ") else ""
    pairs = (pair.partition(": ") for pair in f"Steps: {line[:_LAST_LINE]}".split(", "))
    settings = {name: value for name, colon, value in pairs if colon}
    if not {"Sampler", "Seed", "CFG scale"} <= settings.keys():
        return None
    if not (settings["Steps"].isdecimal() and settings["Seed"].isdecimal()):
        return None
    prompt = above.partition("\nNegative prompt: ")[0]
    return Found(settings.get("App") or "Stable Diffusion WebUI", settings.get("Model"), prompt)


def _settings(metadata: Metadata) -> Iterator[str]:
    """PNG text `parameters`; elsewhere the EXIF user comment."""
    for note in (metadata.text.get("parameters"), metadata.exif.get(USER_COMMENT)):
        if isinstance(note, str):
            yield note


def _draw_things(metadata: Metadata) -> Found | None:
    if metadata.xmp.get(f"{_XAP}CreatorTool") != "Draw Things":
        return None
    settings = json_object(metadata.xmp.get(f"{_XMP_EXIF}UserComment"))
    return Found("Draw Things", settings.get("model"), settings.get("c"))


_JOB = re.compile(r" ?Job ID: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FLAG = re.compile(r"(?:^|\s)--[a-z]")
_VERSION_FLAG = re.compile(r"--(?:v|version|niji) [\d.]{1,5}")


def _midjourney(metadata: Metadata) -> Found | None:
    """A job's id ends it. Print shops have jobs too, but no flags, and name no author in a PNG."""
    notes = (metadata.text.get("Description"), metadata.xmp.get(f"{_DUBLIN_CORE}description"))
    for note in notes:
        prompt, found, rest = _cut(note)
        if found and not rest and (_FLAG.search(prompt) or "Author" in metadata.text):
            version = _VERSION_FLAG.search(prompt)
            return Found("Midjourney", version[0].lstrip("-") if version else None, prompt)
    return None


def _cut(note: object) -> tuple[str, bool, str]:
    """What stands before a job's id, whether there is one, and what stands behind it."""
    text = note.strip() if isinstance(note, str) and len(note) <= 2 * MAX_PROMPT else ""
    start = text.rfind("Job ID: ")
    job = _JOB.match(text, start) if start >= 0 else None
    return (text[:start], True, text[job.end() :]) if job else (text, False, "")


_GENERATORS: tuple[Callable[[Metadata], Found | None], ...] = (
    *(_swarm, _fooocus, _invoke, _novelai, _comfy, _webui, _draw_things, _midjourney),
)
