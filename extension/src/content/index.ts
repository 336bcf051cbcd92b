import { CheckFailure, toCheckError } from "../shared/errors";
import type { CheckReply, CloseCard, OpenCard, RunCheck } from "../shared/messages";
import { addressOf, findImage } from "./anchor";
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
  const card = new Card(srcUrl);
  current = card;
  if (allowed) void run(card, id, srcUrl);
  else card.showError({ code: "not_allowed", values: [new URL(srcUrl).host], retry: false });
  return true;
}

/** Each run speaks to its own card, so a late answer can never show in another one. */
async function run(card: Card, id: string, srcUrl: string): Promise<void> {
  card.showChecking();
  const reply = await ask(id, srcUrl).catch((error) => ({ error: toCheckError(error) }));
  if ("verdict" in reply) await card.showVerdict(reply.verdict, reply.picture);
  else card.showError(reply.error, () => run(card, id, srcUrl));
}

async function ask(id: string, srcUrl: string): Promise<CheckReply> {
  const message: RunCheck = { type: "run-check", id };
  const image = srcUrl ? null : findImage(srcUrl);
  const address = image ? addressOf(image) : srcUrl;
  if (isInPage(address)) message.picture = await pageBytes(address);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new CheckFailure("interrupted", [], true)), TIMEOUT_MS);
  });
  return Promise.race([chrome.runtime.sendMessage<RunCheck, CheckReply>(message), late]);
}
