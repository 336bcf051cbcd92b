"""Every generator's note as it writes it, and what only looks like one."""

import json
from typing import Any

import pytest
from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.files import (
    JPEG,
    PICTURE,
    exif,
    international_text,
    jpeg_xmp,
    notes,
    packed_text,
    png,
    text,
    xmp,
)
from tests.pictures import encode

PROMPT = "a lighthouse at dusk, café"
WEBUI = (
    f"{PROMPT}\nNegative prompt: blurry, low quality\nSteps: 20, Sampler: DPM++ 2M, "
    "Schedule type: Karras, CFG scale: 7, Seed: 1234567, Size: 512x512, Model hash: 6ce0161689, "
    "Model: v1-5-pruned-emaonly, Version: v1.10.1"
)
GRAPH: dict[str, Any] = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["6", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": PROMPT}},
}
WORKFLOW = {"nodes": [{"id": 3, "type": "KSampler"}], "links": [], "version": 0.4}
JOB = "Job ID: 5f4a3c1e-9d5a-4b52-8d9e-0a1b2c3d4e5f"
IMAGE_DESCRIPTION, MAKE, MODEL, SOFTWARE, MAKER_NOTE, USER_COMMENT = (
    *(0x010E, 0x010F, 0x0110, 0x0131),
    *(0x927C, 0x9286),
)


def comment(value: str) -> dict[int, object]:
    """A user comment as piexif writes it, and the WebUI with it."""
    return {USER_COMMENT: b"UNICODE\0" + value.encode("utf-16-be")}


def swarm(**more: object) -> str:
    settings = {"prompt": PROMPT, "model": "flux1-schnell", "seed": 1, **more}
    return json.dumps({"sui_image_params": settings, "sui_extra_data": {}})


FOOOCUS = json.dumps(
    {"prompt": PROMPT, "base_model": "juggernautXL_v8", "version": "Fooocus v2.5.5", "steps": 30}
)
NOVEL = {"steps": 28, "sampler": "k_euler", "seed": 3, "strength": 0.7, "uc": "lowres"}
INVOKE = {
    "generation_mode": "sdxl_txt2img",
    "positive_prompt": PROMPT,
    "model": {"key": "1", "name": "stable-diffusion-xl"},
    "app_version": "5.6.0",
}
OLD_INVOKE = {
    "model": "stable diffusion",
    "model_weights": "stable-diffusion-1.5",
    "app_id": "invoke-ai/InvokeAI",
    "image": {"prompt": [{"prompt": PROMPT, "weight": 1.0}], "steps": 50},
}
DRAW_THINGS = json.dumps({"c": PROMPT, "model": "flux_1_dev", "sampler": "Euler"})

WRITTEN: dict[str, tuple[bytes, str, str | None]] = {
    "webui PNG": (notes(parameters=WEBUI), "Stable Diffusion WebUI", "v1-5-pruned-emaonly"),
    "webui JPEG": (
        encode(PICTURE, exif=exif({}, comment(WEBUI))),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "webui WebP": (
        encode(PICTURE, "WEBP", exif=exif({}, comment(WEBUI))),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "webui AVIF": (
        encode(PICTURE, "AVIF", exif=exif({}, comment(WEBUI))),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "webui zTXt": (
        png(packed_text("parameters", WEBUI.encode("latin-1"))),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "webui tEXt": (
        png(text("parameters", WEBUI)),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "webui behind the pixels": (
        png(international_text("parameters", WEBUI, packed=True), at_the_end=True),
        "Stable Diffusion WebUI",
        "v1-5-pruned-emaonly",
    ),
    "SD.Next": (notes(parameters=f"{WEBUI}, App: SD.Next"), "SD.Next", "v1-5-pruned-emaonly"),
    "ComfyUI PNG": (
        notes(prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)),
        "ComfyUI",
        "dream.safetensors",
    ),
    "ComfyUI WebP": (
        encode(
            PICTURE,
            "WEBP",
            exif=exif(
                {
                    MODEL: f"prompt:{json.dumps(GRAPH)}",
                    MAKE: f"workflow:{json.dumps(WORKFLOW)}",
                }
            ),
        ),
        "ComfyUI",
        "dream.safetensors",
    ),
    "ComfyUI JPEG, capitals": (
        encode(
            PICTURE,
            exif=exif(
                {
                    IMAGE_DESCRIPTION: f"Workflow:{json.dumps(WORKFLOW)}",
                    MAKE: f"Prompt:{json.dumps(GRAPH)}",
                }
            ),
        ),
        "ComfyUI",
        "dream.safetensors",
    ),
    "InvokeAI": (
        png(text("invokeai_metadata", json.dumps(INVOKE))),
        "InvokeAI",
        "stable-diffusion-xl",
    ),
    "InvokeAI, 2023": (
        png(text("sd-metadata", json.dumps(OLD_INVOKE))),
        "InvokeAI",
        "stable-diffusion-1.5",
    ),
    "InvokeAI, 2022": (
        notes(Dream=f'"{PROMPT}" -s50 -S2748 -W512 -H512 -C7.5 -A k_lms'),
        "InvokeAI",
        None,
    ),
    "NovelAI": (
        notes(
            Title="AI generated image",
            Software="NovelAI",
            Source="Stable Diffusion XL 9CC2F394",
            Description=PROMPT,
            Comment=json.dumps(NOVEL),
        ),
        "NovelAI",
        "Stable Diffusion XL 9CC2F394",
    ),
    "Fooocus PNG": (
        notes(parameters=FOOOCUS, fooocus_scheme="fooocus"),
        "Fooocus",
        "juggernautXL_v8",
    ),
    "Fooocus PNG, WebUI's scheme": (
        notes(parameters=WEBUI, fooocus_scheme="a1111"),
        "Fooocus",
        "v1-5-pruned-emaonly",
    ),
    "Fooocus JPEG": (
        encode(
            PICTURE,
            exif=exif(
                {SOFTWARE: "Fooocus v2.5.5"},
                {USER_COMMENT: FOOOCUS.encode(), MAKER_NOTE: b"fooocus"},
            ),
        ),
        "Fooocus",
        "juggernautXL_v8",
    ),
    "SwarmUI PNG": (notes(parameters=swarm()), "SwarmUI", "flux1-schnell"),
    "SwarmUI JPEG": (
        encode(PICTURE, exif=exif({}, comment(swarm()))),
        "SwarmUI",
        "flux1-schnell",
    ),
    "Draw Things": (
        jpeg_xmp(
            xmp(
                {
                    "xmp:CreatorTool": "Draw Things",
                    "exif:UserComment": DRAW_THINGS.replace('"', "&quot;"),
                }
            )
        ),
        "Draw Things",
        "flux_1_dev",
    ),
    "Midjourney": (
        notes(Description=f"{PROMPT} --ar 3:2 --v 6.1 {JOB}", Author="somebody"),
        "Midjourney",
        "v 6.1",
    ),
    "Midjourney, without flags": (
        notes(Description=f"{PROMPT} {JOB}", Author="somebody"),
        "Midjourney",
        None,
    ),
    "Midjourney XMP": (
        jpeg_xmp(xmp({"dc:description": f"{PROMPT} --niji 6 {JOB}"})),
        "Midjourney",
        "niji 6",
    ),
}


@pytest.mark.parametrize(("data", "generator", "model"), WRITTEN.values(), ids=WRITTEN)
def test_each_generators_note(claims: Reads, data: bytes, generator: str, model: str) -> None:
    (claim,) = claims(data)
    assert (claim.kind, claim.certainty, claim.says) == ("generator", "declared", "ai")
    assert (claim.generator, claim.model) == (generator, model)
    assert (claim.prompt or "").startswith(PROMPT)
    assert claim.generator in claim.summary
    assert PROMPT not in claim.summary


ABOUT = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
LOOKALIKES = {
    "a caption about the WebUI": notes(Description=f"I wrote: {ABOUT}"),
    "parameters of something else": notes(parameters="Steps: 3, aperture: 8"),
    "parameters in the middle": notes(parameters=f"He said {ABOUT} and laughed"),
    "no number of steps": notes(parameters="x\nSteps: a, Sampler: b, CFG scale: 1, Seed: 2"),
    "a prompt that is text": notes(prompt='{"text": "KSampler class_type"}'),
    "a prompt that is a list": notes(prompt='[{"class_type": "KSampler"}]'),
    "a half graph": notes(prompt='{"1": {"class_type": "KSampler"}, "2": 3}'),
    "an empty graph": notes(prompt="{}", workflow='{"nodes": [], "links": []}'),
    "a workflow of something else": notes(workflow='{"nodes": [{"name": "a"}], "links": []}'),
    "a camera called prompt": encode(PICTURE, exif=exif({MAKE: "prompt: a camera"})),
    "a note on NovelAI": notes(Software="NovelAI", Comment="I do not use it"),
    "a comment like NovelAI's": notes(Software="Mine", Comment=json.dumps(NOVEL)),
    "InvokeAI's key": notes(invokeai_metadata='{"note": "hello"}'),
    "a dream": notes(Dream='"I had a dream" -so I said'),
    "Fooocus' key": notes(fooocus_scheme="fooocus", parameters="none"),
    "a job": notes(Description="Job ID: 12, printed by Fritz"),
    "a job in a sentence": notes(Description=f"See {JOB}, it is not this one"),
    "a print shop's job": notes(Description=f"{PROMPT}, on canvas {JOB}"),
    "another description": notes(Comment=f"{PROMPT} {JOB}"),
    "a key in capitals": notes(Parameters=WEBUI),
    "Draw Things' name": jpeg_xmp(xmp({"dc:description": "Draw Things"})),
    "nothing": JPEG,
}


@pytest.mark.parametrize("data", LOOKALIKES.values(), ids=LOOKALIKES)
def test_what_only_looks_like_one_is_none(claims: Reads, data: bytes) -> None:
    assert claims(data) == ()


def test_prompts_are_cut_and_cleaned(claims: Reads) -> None:
    nasty = "\x1b[31mred\N{RIGHT-TO-LEFT OVERRIDE} " + "word " * 5000
    (claim,) = claims(notes(parameters=WEBUI.replace(PROMPT, nasty)))
    assert claim.prompt is not None
    assert claim.prompt.startswith("[31mred word")
    assert len(claim.prompt) == 4000


def test_a_prompt_is_in_no_repr(claims: Reads) -> None:
    """What is logged by accident is logged by its `repr`."""
    (claim,) = claims(notes(parameters=WEBUI))
    assert claim.prompt
    assert "lighthouse" not in f"{claim!r} {claim}"
