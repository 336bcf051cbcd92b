import { afterEach, beforeEach, expect, test, vi } from "vitest";
import messages from "../../src/_locales/en/messages.json";
import { findImage } from "../../src/content/anchor";
import { Card } from "../../src/content/card";
import type { CheckError, ErrorCode } from "../../src/shared/errors";
import type { Verdict } from "../../src/shared/verdict";
import { VERDICT } from "../verdict-example";

const SRC = "https://site.example/a.jpg";
const PICTURE = new Blob(["picture"]);
const HEATMAP = "data:image/png;base64,AQID";
const ERROR: CheckError = { code: "service_unreachable", values: ["http://a.test"], retry: true };

const decoded = vi.fn();
let image: HTMLImageElement;
let card: Card;

beforeEach(() => {
  decoded.mockReset().mockResolvedValue({ width: 1024, height: 768, close: () => {} });
  vi.stubGlobal("createImageBitmap", decoded);
  HTMLElement.prototype.checkVisibility = () => true;
  HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 480, 320);
  image = document.createElement("img");
  image.src = SRC;
  document.body.append(image);
  card = new Card(SRC, findImage(SRC));
});

afterEach(() => {
  card.close();
  document.body.replaceChildren();
});

const find = (selector: string) => card.root.querySelector<HTMLElement>(selector);
const text = (selector: string) => find(selector)?.textContent;
const buttons = () => [...card.root.querySelectorAll("button")].map((button) => button.textContent);
const cards = () => document.querySelectorAll("realeyez-card");

test("the page cannot look into the card", () => {
  expect(cards()).toHaveLength(1);
  expect(cards()[0]?.shadowRoot).toBeNull();
});

test("checking", () => {
  card.showChecking();
  expect(text("h2")).toBe("Checking…");
  expect(text("[role=status]")).toBe("Checking…");
  expect(
    find("[role=dialog]")?.ariaLabel ?? find("[role=dialog]")?.getAttribute("aria-label"),
  ).toBe("RealEyez");
});

test("a verdict with its heat map", async () => {
  await card.showVerdict({ ...VERDICT, heatmap: HEATMAP }, PICTURE);
  expect(find(".body")?.dataset.kind).toBe("ai");
  expect(text("h2")).toBe("Likely made by AI");
  expect(text("p")).toContain("pixels alone");
  expect(text("strong")).toBe("93%");
  expect(find("[role=meter]")?.getAttribute("aria-valuenow")).toBe("93");
  expect(find(".fill")?.style.inlineSize).toBe("93.4%");
  expect(text("footer")).toContain("1024 × 768 JPEGrealeyez-b0 1.2.0");
  expect(text("[role=status]")).toBe("Likely made by AI. Probability of AI: 93%.");
  expect(decoded).toHaveBeenCalledWith(PICTURE);
  expect(find(".thumbnail")?.getAttribute("aria-label")).toContain("heat map");
});

test.each([
  ["no heat map", { heatmap: null }],
  ["a broken one", { heatmap: "data:image/png;base64,*" }],
])("a verdict with %s", async (_, change) => {
  await card.showVerdict({ ...VERDICT, ...change }, PICTURE);
  expect(text("h2")).toBe("Likely made by AI");
  expect(find(".thumbnail")).toBeNull();
});

test("a picture that the browser cannot draw", async () => {
  decoded.mockRejectedValue(new DOMException("cannot decode", "InvalidStateError"));
  await card.showVerdict({ ...VERDICT, heatmap: HEATMAP }, PICTURE);
  expect(text("strong")).toBe("93%");
});

test("what the file claims is shown as text, never as markup", async () => {
  const claims: Verdict["claims"] = [
    { kind: "iptc", certainty: "declared", summary: "<img src=x onerror=alert(1)>" },
    { kind: "empty", certainty: "declared" },
  ];
  await card.showVerdict({ ...VERDICT, basis: "declared_metadata", claims }, PICTURE);
  expect(text("li")).toBe("<img src=x onerror=alert(1)>declared by the file");
  expect(card.root.querySelectorAll("li")).toHaveLength(1);
  expect(find("img")).toBeNull();
  expect(text("p")).toContain("The file itself says");
});

test("a signed claim tells who, with what and when", async () => {
  const claim = {
    kind: "c2pa",
    certainty: "signed",
    summary: "Studio says that AI made this picture.",
    signer: "Studio",
    generator: "Dreamer 2",
    time: "2025-11-23T12:00:00Z",
  };
  await card.showVerdict({ ...VERDICT, basis: "signed_provenance", claims: [claim] }, PICTURE);
  expect(text("h2")).toBe("Made by AI");
  expect(text("li small")).toBe(
    "signed by a known signer · signer: Studio · made with: Dreamer 2 · November 23, 2025",
  );
  expect(text("#probability")).toBe("Probability of AI, by the pixels alone");
});

test("what silence means is said", async () => {
  await card.showVerdict(VERDICT, PICTURE);
  expect(text(".silent")).toContain("says nothing of its origin");
  expect(text("#probability")).toBe("Probability of AI");
});

test("the heat map is laid over the picture and taken away", async () => {
  await card.showVerdict({ ...VERDICT, heatmap: HEATMAP }, PICTURE);
  const toggle = find(".secondary");
  toggle?.click();
  expect(find(".overlay")).not.toBeNull();
  expect(toggle?.getAttribute("aria-pressed")).toBe("true");
  toggle?.click();
  expect(find(".overlay")).toBeNull();
  expect(toggle?.getAttribute("aria-pressed")).toBe("false");
});

test("nothing to lay it over, no switch for it", async () => {
  const lost = new Card("https://site.example/lost.jpg", null);
  await lost.showVerdict({ ...VERDICT, heatmap: HEATMAP }, PICTURE);
  expect(lost.root.querySelector(".thumbnail")).not.toBeNull();
  expect(lost.root.querySelector(".secondary")).toBeNull();
  lost.close();
});

test("a service that is not running", () => {
  const retry = vi.fn();
  card.showError(ERROR, retry);
  expect(text("h2")).toBe("The service is not running");
  expect(text("p")).toContain("http://a.test");
  expect(text("code")).toBe("make run");
  find(".primary")?.click();
  expect(retry).toHaveBeenCalledOnce();
});

test("no second try where it cannot help", () => {
  card.showError({ code: "service_problem", values: ["Too small."], retry: false }, () => {});
  expect(text("p")).toBe("Too small.");
  expect(buttons()).toEqual([""]); // the closing cross
});

const codes = Object.keys(messages)
  .filter((key) => key.startsWith("error_") && !key.endsWith("_help"))
  .map((key) => key.slice("error_".length) as ErrorCode);

test.each(codes)("%s leaves no gap in its text", (code) => {
  card.showError({ code, values: ["one", "two", "three"], retry: false });
  expect(text("h2")).not.toBe("");
  expect(text("p")).not.toMatch(/\$\d|^$/);
});

test("Escape and the cross close it and give the focus back", () => {
  const input = document.body.appendChild(document.createElement("input"));
  for (const close of [
    () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })),
    () => find(".close")?.click(),
  ]) {
    card.close();
    input.focus();
    card = new Card(SRC, findImage(SRC));
    expect(document.activeElement).not.toBe(input);
    close();
    expect(cards()).toHaveLength(0);
    expect(document.activeElement).toBe(input);
  }
});

test("a second card replaces the first, even one whose script is gone", () => {
  document.documentElement.append(document.createElement("realeyez-card"));
  const second = new Card(SRC, findImage(SRC));
  expect(cards()).toHaveLength(1);
  second.close();
});

test("it closes when its picture or its page goes", () => {
  image.src = "https://site.example/b.jpg";
  image.dispatchEvent(new Event("load"));
  expect(cards()).toHaveLength(0);

  image.src = SRC;
  card = new Card(SRC, findImage(SRC));
  image.remove();
  dispatchEvent(new Event("scroll"));
  expect(cards()).toHaveLength(0);

  document.body.append(image);
  card = new Card(SRC, findImage(SRC));
  dispatchEvent(new Event("pagehide"));
  expect(cards()).toHaveLength(0);
});
