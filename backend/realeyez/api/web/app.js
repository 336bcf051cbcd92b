// @ts-check
/**
 * Pictures in (chosen, dropped, pasted), one check at a time, one card each.
 *
 * @typedef {{
 *   kind: string, certainty: string, says: string, summary: string, generator?: string,
 *   model?: string, prompt?: string, signer?: string, time?: string,
 * }} Claim
 * @typedef {"ai" | "ai_edited" | "unsure" | "real"} Verdict
 * @typedef {{
 *   id: string, verdict: Verdict, probability: number, basis: string, claims: Claim[],
 *   heatmap?: string, cached: boolean, timings_ms: Record<string, number>,
 *   image: {sha256: string, width: number, height: number, format: string},
 *   model: {name: string, version: string},
 * }} Answer
 * @typedef {{name: string, version: string, thresholds: {real: number, ai: number}}} Model
 * @typedef {{message: string, advice: string, again: boolean}} Failure
 */

/** @type {Record<Verdict, string>} */
const TITLES = {
  ai: "Likely made by AI",
  ai_edited: "Likely edited with AI",
  unsure: "Unsure: cannot tell",
  real: "Likely real",
};

/** @type {Record<string, string>} a known signer's word is no likelihood */
const SIGNED_TITLES = { ai: "Made by AI", ai_edited: "Edited with AI" };

/** @type {Record<string, string>} */
const BASES = {
  signed_provenance: "The file carries a signed record of its origin, and the signature holds.",
  declared_metadata: "The file itself says how it was made. Such a note is easy to add or remove.",
  classifier: "Judged by the model from the pixels alone, part by part.",
};

/** @type {Record<string, string>} */
const CERTAINTIES = {
  signed: "signed by a known signer",
  unknown_signer: "signed by an unknown signer",
  invalid: "counts for nothing",
  declared: "declared by the file",
  shown: "proves nothing",
};

const TIMEOUT_MS = 120_000;
const LONGEST_WAIT_S = 30;

class Refusal extends Error {
  /** @param {Response} response @param {string} detail */
  constructor(response, detail) {
    super(detail);
    this.status = response.status;
    const asked = Number(response.headers.get("Retry-After") ?? NaN);
    /** Seconds after which the service would rather be asked again. */
    this.wait = [429, 503].includes(this.status) ? Math.max(1, asked || 2) : Infinity;
  }
}

/**
 * With the key that was given, until the tab is closed. Whoever needs one is asked for it.
 *
 * @param {string} path @param {RequestInit} [how]
 */
async function request(path, { headers, ...how } = {}) {
  const key = sessionStorage.getItem("key");
  const response = await fetch(path, {
    ...how,
    headers: { ...headers, ...(key && { Authorization: `Bearer ${key}` }) },
  });
  const type = response.status === 403 ? (await response.clone().json()).type : "";
  if (response.status === 401 || type.endsWith(":revoked-key")) byId("key-form").hidden = false;
  return response;
}

/** @param {File} file @returns {Promise<Answer>} */
async function ask(file) {
  const response = await request("/v1/check?explain=1", {
    method: "POST",
    body: file,
    headers: { "Content-Type": file.type || "application/octet-stream" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) return response.json();
  const { detail } = await response.json().catch(() => ({}));
  throw new Refusal(response, detail ?? `The service answered with error ${response.status}.`);
}

/** @param {unknown} error @param {File} file @returns {Promise<Failure>} */
async function explain(error, file) {
  if (error instanceof Refusal) {
    return {
      message: error.message,
      advice: error.status === 415 ? "Save it as JPEG, PNG or WebP, then check that file." : "",
      again: error.status >= 500 || [401, 403, 429].includes(error.status),
    };
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return { message: "The service gave no answer in two minutes.", advice: "", again: true };
  }
  // A service that closes on a file that is too large looks like one that is down; ask it.
  const alive = await fetch("/health/live").then((r) => r.ok, () => false);
  return alive
    ? {
        message: `The file (${size(file.size)}) could not be sent.`,
        advice: "It may be too large, a folder, or moved since you chose it.",
        again: true,
      }
    : {
        message: "The service does not answer.",
        advice: "If you run it yourself, start it with “make run”. If not, check your connection.",
        again: true,
      };
}

// Words and numbers

/**
 * Never 0% or 100%, which an estimate cannot be. Cut off, not rounded: 79.9% is not yet 80%.
 *
 * @param {number} p
 */
function percent(p) {
  if (p < 0.01) return "<1%";
  return p > 0.99 ? ">99%" : `${Math.floor(p * 100 + 1e-9)}%`; // 0.29 * 100 is 28.999…
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {Answer} answer */
function title(answer) {
  const signed = answer.basis === "signed_provenance" && SIGNED_TITLES[answer.verdict];
  return signed || (TITLES[answer.verdict] ?? TITLES.unsure);
}

/** @param {Answer} answer */
function chance({ verdict, basis }) {
  const chance = verdict === "ai_edited" ? "chance that AI changed it" : "chance that AI made it";
  return basis === "classifier" ? chance : `${chance}, by its pixels alone`;
}

/** @param {Answer} answer */
function why(answer) {
  return BASES[answer.basis] ?? "";
}

/** How sure a claim is, and when it was made. @param {Claim} claim */
function source({ certainty, time }) {
  const sure = CERTAINTIES[certainty] ?? certainty;
  return time ? `${sure} · ${day(time)}` : sure;
}

/** @param {string} time */
function day(time) {
  return new Date(time).toLocaleDateString("en", { dateStyle: "long" });
}

/** @param {Claim} claim @returns {[string, string][]} */
function particulars({ signer, generator, model, prompt }) {
  /** @type {[string, string | undefined][]} */
  const all = [["Signer", signer], ["Made with", generator], ["Model", model], ["Prompt", prompt]];
  return /** @type {[string, string][]} */ (all.filter(([, value]) => value));
}

/** @param {Claim} claim */
function claimItem(claim) {
  const rows = particulars(claim);
  const item = element("li", claim.summary, element("small", source(claim)));
  item.dataset.certainty = claim.certainty;
  if (rows.length) {
    const list = rows.flatMap(([term, value]) => [element("dt", term), element("dd", value)]);
    item.append(element("details", element("summary", "More"), element("dl", ...list)));
  }
  return item;
}

/** @param {Answer} answer @param {File} file @returns {[string, string][]} */
function facts({ image, model, timings_ms, cached, id }, file) {
  const { total, ...steps } = timings_ms;
  const parts = Object.entries(steps).map(([name, ms]) => `${name} ${ms.toFixed(0)}`);
  return [
    ["Picture", `${image.width} × ${image.height}, ${image.format}, ${size(file.size)}`],
    ["SHA-256", `${image.sha256.slice(0, 12)}…`],
    ["Model", `${model.name} ${model.version}`],
    ["Time", cached ? "answered from memory" : `${total.toFixed(0)} ms (${parts.join(", ")})`],
    ["Check", id],
  ];
}

/** @param {Answer} answer @param {File} file */
function asText(answer, file) {
  return [
    `${file.name}: ${title(answer)} (${percent(answer.probability)} ${chance(answer)})`,
    why(answer),
    ...answer.claims.map((claim) => `- ${claim.summary} (${source(claim)})`),
    `SHA-256 ${answer.image.sha256}`,
    `RealEyez, ${answer.model.name} ${answer.model.version}, check ${answer.id}`,
  ].join("\n");
}

// The page

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {Element} card @param {string} name */
function part(card, name) {
  return /** @type {HTMLElement} */ (card.querySelector(`[data-part="${name}"]`));
}

/** @param {string} tag @param {...(string | Node)} content */
function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/**
 * To screen readers; a log, so that no message swallows another.
 *
 * @param {string} text
 */
function announce(text) {
  byId("live").append(element("p", text));
}

/** @param {File} file @returns {HTMLElement} */
function newCard(file) {
  const template = /** @type {HTMLTemplateElement} */ (byId("card"));
  const card = /** @type {HTMLElement} */ (
    document.importNode(template.content, true).firstElementChild
  );
  const picture = /** @type {HTMLImageElement} */ (part(card, "picture"));
  const toggle = /** @type {HTMLInputElement} */ (part(card, "toggle"));
  const opacity = /** @type {HTMLInputElement} */ (part(card, "opacity"));

  part(card, "file").textContent = part(card, "file").title = file.name;
  part(card, "title").textContent = "Waiting";
  picture.alt = file.name;
  picture.onload = () => {
    shape(card, "--stage", picture.naturalWidth, picture.naturalHeight);
    shape(card, "--shape", picture.naturalWidth, picture.naturalHeight);
  };
  picture.onerror = () => card.classList.add("unshown");
  picture.src = URL.createObjectURL(file);
  toggle.onchange = () => card.classList.toggle("heat-off", !toggle.checked);
  opacity.oninput = () => card.style.setProperty("--heat", `${opacity.valueAsNumber / 100}`);
  part(card, "again").onclick = () => {
    part(card, "title").focus();
    enqueue(card, file);
  };
  return card;
}

/** @param {HTMLElement} card @param {string} name @param {number} width @param {number} height */
function shape(card, name, width, height) {
  card.style.setProperty(name, `${width / height}`);
}

/** @param {HTMLElement} card @param {string} state @param {string} text */
function showState(card, state, text) {
  card.dataset.state = state;
  card.ariaBusy = `${state === "checking"}`;
  part(card, "title").textContent = text;
}

/** @param {HTMLElement} card @param {Answer} answer @param {File} file */
function showAnswer(card, answer, file) {
  const { probability, claims, heatmap, image } = answer;
  const meter = part(card, "meter");
  const percentage = /** @type {HTMLDataElement} */ (part(card, "percent"));
  const copy = part(card, "copy");

  card.dataset.verdict = answer.verdict;
  percentage.textContent = percent(probability);
  percentage.value = `${probability}`;
  part(card, "chance").textContent = chance(answer);
  meter.ariaValueNow = `${probability}`;
  meter.ariaValueText = `${percent(probability)}: ${title(answer)}`;
  card.style.setProperty("--chance", `${probability}`);
  part(card, "why").textContent = why(answer);
  // Until then the list says what silence means, so that the usual answer moves nothing.
  if (claims.length) part(card, "claims").replaceChildren(...claims.map(claimItem));
  part(card, "facts").replaceChildren(
    ...facts(answer, file).flatMap(([term, fact]) => [element("dt", term), element("dd", fact)]),
  );
  if (card.classList.contains("unshown")) shape(card, "--shape", image.width, image.height);
  if (heatmap?.startsWith("data:image/png;base64,")) {
    /** @type {HTMLImageElement} */ (part(card, "heat")).src = heatmap;
  } else {
    part(card, "controls").hidden = true;
  }
  copy.hidden = !navigator.clipboard; // missing on plain HTTP
  copy.onclick = async () => {
    const copied = navigator.clipboard.writeText(asText(answer, file));
    copy.textContent = await copied.then(() => "Copied", () => "Copying was not allowed");
    announce(copy.textContent);
  };
  showState(card, "done", title(answer));
  announce(`${file.name}: ${title(answer)}, ${percent(probability)} ${chance(answer)}`);
}

/** @param {HTMLElement} card @param {Failure} failure @param {File} file */
function showFailure(card, { message, advice, again }, file) {
  part(card, "reason").textContent = message;
  part(card, "advice").textContent = advice;
  part(card, "again").hidden = !again;
  showState(card, "failed", "Not checked");
  announce(`${file.name}: not checked. ${message} ${advice}`);
}

// One check at a time

/** @param {HTMLElement} card @param {File} file */
async function check(card, file) {
  showState(card, "checking", "Checking…");
  try {
    const answer = await ask(file).catch(async (error) => {
      if (!(error instanceof Refusal && error.wait <= LONGEST_WAIT_S)) throw error;
      showState(card, "checking", `Busy, next try in ${error.wait} s`);
      announce(`The service is busy. Next try in ${error.wait} seconds`);
      await new Promise((resume) => setTimeout(resume, error.wait * 1000));
      return ask(file);
    });
    showAnswer(card, answer, file);
  } catch (error) {
    showFailure(card, await explain(error, file), file);
  }
}

/** The bands are the model's. Without them the meter is plain, and everything else works. */
async function loadModel() {
  try {
    const response = await request("/v1/model", { signal: AbortSignal.timeout(5000) });
    if (!response.ok) return;
    /** @type {Model} */
    const { name, version, thresholds } = await response.json();
    const root = document.documentElement;
    byId("model").textContent = `Model ${name} ${version}`;
    root.style.setProperty("--real-ends", `${thresholds.real}`);
    root.style.setProperty("--ai-starts", `${thresholds.ai}`);
    root.classList.add("has-bands");
    const [low, high] = [percent(thresholds.real), percent(thresholds.ai)];
    const bands = { real: `below ${low}`, unsure: `${low} to ${high}`, ai: `${high} or more` };
    for (const [band, text] of Object.entries(bands)) {
      const place = document.querySelector(`.meaning [data-band="${band}"]`);
      if (place) place.textContent = text;
    }
  } catch (error) {
    console.info("The model's thresholds are not known:", error);
  }
}

let queue = loadModel();

/** @param {HTMLElement} card @param {File} file */
function enqueue(card, file) {
  showState(card, "waiting", "Waiting");
  queue = queue.then(() => check(card, file));
}

/** @param {Iterable<File>} files @param {string} otherwise what to say when there are none */
function add(files, otherwise) {
  const jobs = Array.from(files, (file) => ({ file, card: newCard(file) }));
  byId("notice").textContent = jobs.length ? "" : otherwise;
  if (!jobs.length) return;
  byId("results-section").hidden = false;
  document.body.classList.add("has-results");
  byId("results").prepend(...jobs.map(({ card }) => card));
  jobs[0].card.scrollIntoView({ block: "nearest" });
  announce(jobs.length > 1 ? `Checking ${jobs.length} pictures` : `Checking ${jobs[0].file.name}`);
  for (const { card, file } of jobs) enqueue(card, file);
}

byId("key-form").onsubmit = (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId("key"));
  sessionStorage.setItem("key", field.value.trim());
  field.value = "";
  byId("key-form").hidden = true;
  queue = queue.then(loadModel);
};

const chooser = /** @type {HTMLInputElement} */ (byId("files"));
chooser.onchange = () => {
  add(chooser.files ?? [], "");
  chooser.value = ""; // so that the same file can be chosen again
};

window.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("curtain").hidden = !event.dataTransfer?.types.includes("Files");
});
window.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) byId("curtain").hidden = true; // left the window
});
window.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("curtain").hidden = true;
  add(event.dataTransfer?.files ?? [], "That was not a file. Save the picture, then drop it here.");
});

if (/^Mac/.test(navigator.platform)) byId("modifier").textContent = "⌘";

const EMPTY_CLIPBOARD = "There is no picture in the clipboard.";
window.addEventListener("paste", (event) => {
  add(event.clipboardData?.files ?? [], EMPTY_CLIPBOARD);
});

byId("paste").hidden = !navigator.clipboard?.read;
byId("paste").onclick = async () => {
  try {
    const items = await navigator.clipboard.read();
    const files = items.flatMap((item) => {
      const type = item.types.find((name) => name.startsWith("image/"));
      if (!type) return [];
      return [item.getType(type).then((blob) => new File([blob], "Pasted picture", { type }))];
    });
    add(await Promise.all(files), EMPTY_CLIPBOARD);
  } catch {
    byId("notice").textContent = "The browser did not allow reading the clipboard.";
  }
};
