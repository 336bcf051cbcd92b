"""IPTC, credits, names of AI services, and cameras."""

from datetime import datetime

import pytest
from PIL.TiffImagePlugin import IFDRational
from tests.backend.pipeline.provenance.conftest import Reads
from tests.backend.pipeline.provenance.files import (
    PICTURE,
    exif,
    iim,
    international_text,
    jpeg,
    jpeg_xmp,
    notes,
    png,
    xmp,
)
from tests.pictures import encode

CV = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOFTWARE, MAKER_NOTE, USER_COMMENT = 0x0131, 0x927C, 0x9286
MAKE, MODEL, EXPOSURE, F_NUMBER, ISO, TAKEN = 0x010F, 0x0110, 0x829A, 0x829D, 0x8827, 0x9003


def described(**values: str) -> bytes:
    return jpeg_xmp(xmp({name.replace("__", ":"): value for name, value in values.items()}))


AVIF = encode(PICTURE, "AVIF", xmp=xmp({"iptc:DigitalSourceType": f"{CV}trainedAlgorithmicMedia"}))
IPTC = {
    "AI": (described(iptc__DigitalSourceType=f"{CV}trainedAlgorithmicMedia"), "ai", None),
    "AI, the code alone": (
        described(iptc__DigitalSourceType="trainedAlgorithmicMedia"),
        "ai",
        None,
    ),
    "AI in a part": (
        described(iptc__DigitalSourceType=f"{CV}compositeWithTrainedAlgorithmicMedia"),
        "ai_edited",
        None,
    ),
    "Google": (described(photoshop__Credit="Made with Google AI"), "ai", "Google AI"),
    "Google, edited": (
        described(photoshop__Credit="Edited with Google AI"),
        "ai_edited",
        "Google AI",
    ),
    "Google in IIM": (jpeg(iim("Made with Google AI")), "ai", "Google AI"),
    "the AI system": (described(iptc__AISystemUsed="Imagine"), "ai", "Imagine"),
    "PNG": (
        png(
            international_text(
                "XML:com.adobe.xmp",
                xmp({"iptc:DigitalSourceType": f"{CV}trainedAlgorithmicMedia"}).decode(),
            )
        ),
        "ai",
        None,
    ),
    "WebP": (
        encode(
            PICTURE, "WEBP", xmp=xmp({"iptc:DigitalSourceType": f"{CV}trainedAlgorithmicMedia"})
        ),
        "ai",
        None,
    ),
    "AVIF": (AVIF, "ai", None),
    "AVIF in the container's own brand": (AVIF.replace(b"ftypavif", b"ftypmif1"), "ai", None),
}


@pytest.mark.parametrize(("data", "says", "generator"), IPTC.values(), ids=IPTC)
def test_iptc_declares(claims: Reads, data: bytes, says: str, generator: str | None) -> None:
    (claim,) = claims(data)
    assert (claim.kind, claim.certainty, claim.says) == ("iptc", "declared", says)
    assert claim.generator == generator


def test_iptc_names_system_version_and_prompt(claims: Reads) -> None:
    data = described(
        iptc__DigitalSourceType=f"{CV}trainedAlgorithmicMedia",
        iptc__AISystemUsed="ChatGPT",
        iptc__AISystemVersionUsed="4o",
        iptc__AIPromptInformation="a red fox",
    )
    (claim,) = claims(data)
    assert (claim.generator, claim.model, claim.prompt) == ("ChatGPT", "4o", "a red fox")


def test_elements_are_read_as_attributes_are(claims: Reads) -> None:
    packet = xmp({}).replace(
        b'rdf:about="" ', b'rdf:about="" xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    )
    value = f"<i:DigitalSourceType>{CV}trainedAlgorithmicMedia</i:DigitalSourceType>".encode()
    packet = packet.replace(b"/></rdf:RDF>", b">" + value + b"</rdf:Description></rdf:RDF>")
    assert [claim.says for claim in claims(jpeg_xmp(packet))] == ["ai"]


@pytest.mark.parametrize(
    "data",
    [
        described(iptc__DigitalSourceType=f"{CV}digitalArt"),
        described(iptc__DigitalSourceType=f"{CV}trainedAlgorithmicMedia, not"),
        described(iptc__DigitalSourceType="https://elsewhere.test/trainedAlgorithmicMedia"),
        described(photoshop__Credit="Not Made with Google AI"),
        described(photoshop__Credit="made by Google"),
        described(dc__description=f"DigitalSourceType={CV}trainedAlgorithmicMedia"),
        described(dc__description="Made with Google AI"),
        jpeg_xmp(
            xmp(
                {"other:DigitalSourceType": f"{CV}trainedAlgorithmicMedia"},
                {"other": "http://other.test/"},
            )
        ),
        jpeg(iim("Photo: made with Google AI, they say")),
    ],
)
def test_what_is_not_declared_is_not_claimed(claims: Reads, data: bytes) -> None:
    assert claims(data) == ()


def test_a_declared_camera_is_shown_only(claims: Reads) -> None:
    (claim,) = claims(described(iptc__DigitalSourceType=f"{CV}digitalCapture"))
    assert (claim.certainty, claim.says) == ("shown", "camera")


SERVICES = {
    "OpenAI Labs": (
        encode(PICTURE, exif=exif({}, {USER_COMMENT: b"Made with OpenAI Labs"})),
        "DALL·E",
    ),
    "OpenAI's note": (
        encode(
            PICTURE, exif=exif({}, {MAKER_NOTE: b"OpenAI--ImageGeneration--generation-0A9uZsY5de"})
        ),
        "DALL·E",
    ),
    "DALL·E": (encode(PICTURE, exif=exif({SOFTWARE: "DALL-E 3"})), "DALL·E"),
    "Firefly": (described(xmp__CreatorTool="Adobe Firefly"), "Adobe Firefly"),
    "Firefly, version": (described(xmp__CreatorTool="Adobe Firefly 3.0"), "Adobe Firefly"),
    "Bing": (
        encode(PICTURE, exif=exif({SOFTWARE: "Bing Image Creator"})),
        "Bing Image Creator",
    ),
    "Midjourney": (notes(Software="Midjourney"), "Midjourney"),
}


@pytest.mark.parametrize(("data", "service"), SERVICES.values(), ids=SERVICES)
def test_services_name_themselves(claims: Reads, data: bytes, service: str) -> None:
    (claim,) = claims(data)
    assert (claim.kind, claim.certainty, claim.says) == ("software", "declared", "ai")
    assert claim.generator == service


@pytest.mark.parametrize(
    "data",
    [
        encode(PICTURE, exif=exif({SOFTWARE: "Adobe Photoshop 26.0 with Adobe Firefly"})),
        encode(PICTURE, exif=exif({SOFTWARE: "Adobe Photoshop Lightroom 5.7.1 (Windows)"})),
        encode(PICTURE, exif=exif({}, {USER_COMMENT: b"Not made with OpenAI Labs"})),
        encode(PICTURE, exif=exif({0x010E: "Midjourney"})),
        encode(PICTURE, exif=exif({}, {USER_COMMENT: b"Midjourney"})),
        encode(PICTURE, exif=exif({}, {USER_COMMENT: b"ASCII\0\0\0Stable Diffusion"})),
        encode(PICTURE, exif=exif({SOFTWARE: "Firefly"})),
        described(xmp__CreatorTool="Firefly Camera"),
        notes(Software="Stable Diffusion for Photoshop users, a handbook"),
    ],
)
def test_other_software_is_not_claimed(claims: Reads, data: bytes) -> None:
    assert claims(data) == ()


def taken(**changes: object) -> bytes:
    main: dict[int, object] = {MAKE: "Canon", MODEL: "Canon EOS 70D"}
    photo: dict[int, object] = {
        EXPOSURE: IFDRational(1, 500),
        F_NUMBER: IFDRational(71, 10),
        ISO: 200,
    }
    photo[TAKEN] = changes.get("at", "2018:06:19 17:54:30")
    return encode(PICTURE, exif=exif(main, photo))


def test_a_camera_is_shown_and_proves_nothing(claims: Reads) -> None:
    (claim,) = claims(taken())
    assert (claim.kind, claim.certainty, claim.says) == ("camera", "shown", "camera")
    assert claim.generator == "Canon EOS 70D"
    assert claim.time == datetime(2018, 6, 19, 17, 54, 30)
    assert "Canon EOS 70D, 1/500 s, f/7.1, ISO 200." in claim.summary
    assert "shows nothing" in claim.summary


@pytest.mark.parametrize("at", ["0000:00:00 00:00:00", "yesterday", ""])
def test_a_time_that_is_none_is_left_out(claims: Reads, at: str) -> None:
    (claim,) = claims(taken(at=at))
    assert claim.time is None


@pytest.mark.parametrize(
    "data",
    [
        encode(PICTURE, exif=exif({MAKE: "Canon", MODEL: "Scanner"})),
        encode(PICTURE, exif=exif({}, {EXPOSURE: IFDRational(1, 100), ISO: 100})),
    ],
    ids=["no exposure", "no camera"],
)
def test_half_a_camera_is_none(claims: Reads, data: bytes) -> None:
    assert claims(data) == ()


def test_all_that_is_said_is_told_the_ai_first(claims: Reads) -> None:
    data = encode(
        PICTURE,
        exif=exif({MAKE: "Canon", SOFTWARE: "Midjourney"}, {ISO: 100}),
        xmp=xmp({"photoshop:Credit": "Made with Google AI"}),
    )
    assert [claim.kind for claim in claims(data)] == ["iptc", "software", "camera"]
