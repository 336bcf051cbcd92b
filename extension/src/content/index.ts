import { pointed } from "../feed/pointer";
import { pictureOf } from "../shared/address";
import { CheckFailure, toCheckError } from "../shared/errors";
import type { CheckReply, CloseCard, OpenCard, RunCheck } from "../shared/messages";
import { siteOf } from "../sites";
import { findImage, shows } from "./anchor";
import { Card } from "./card";
import { isInPage, pageBytes } from "./page-bytes";

// Longer than the background's own time limits together; reached only where it died unnoticed.
const TIMEOUT_MS = 60_000;

declare global {
  var realeyezReady: boolean | undefined;
}

// Injected anew at each check, but the script of the first one still listens.
if (!globalThis.realeyezReady) {
  globalThis.realeyezReady = true;
  chrome.runtime.onMessage.addListener((message: OpenCard | CloseCard, _sender, respond) => {
    if (message.type === "close-card") current?.close();
    if (message.type === "open-card") respond(open(message));
  });
}

let current: Card | undefined;

function open({ id, srcUrl, allowed }: OpenCard): boolean {
  if (window !== window.top && !Card.fitsIn(window)) return false;
  const picture = find(srcUrl);
  const address = srcUrl || (picture ? pictureOf(picture) : "");
  const card = new Card(address, picture);
  current = card;
  if (!address) card.showError({ code: "no_picture", values: [], retry: false });
  else if (allowed) void run(card, id, address, picture);
  else card.showError({ code: "not_allowed", values: [new URL(address).host], retry: false });
  return true;
}

function find(srcUrl: string): Element | null {
  if (!srcUrl) return findImage("") ?? pointed();
  const clicked = globalThis.realeyezPointed?.deref();
  return clicked?.isConnected && shows(clicked, srcUrl) ? clicked : findImage(srcUrl);
}

/** Each run speaks to its own card, so a late answer can never show in another one. */
async function run(card: Card, id: string, address: string, picture: Element | null) {
  card.showChecking();
  const reply = await ask(id, address, picture).catch((error) => ({ error: toCheckError(error) }));
  if ("verdict" in reply) await card.showVerdict(reply.verdict, reply.picture);
  else card.showError(reply.error, () => run(card, id, address, picture));
}

async function ask(id: string, address: string, picture: Element | null): Promise<CheckReply> {
  const message: RunCheck = { type: "run-check", id };
  if (isInPage(address)) message.picture = await pageBytes(address);
  else
    message.best = picture ? siteOf(location.href, document).bestSource(picture, address) : address;
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new CheckFailure("interrupted", [], true)), TIMEOUT_MS);
  });
  return Promise.race([chrome.runtime.sendMessage<RunCheck, CheckReply>(message), late]);
}
