import { el } from "../shared/dom";
import { t } from "../shared/i18n";
import { find } from "../shared/page";
import { type FeedSettings, saveSettings, settings } from "../shared/settings";

const KINDS = ["ai", "ai_edited", "unsure", "real", "error"] as const;

const boxes = KINDS.map((kind) => {
  const box = el("input", { type: "checkbox", id: `show-${kind}` });
  find("#show").append(
    el("label", { class: "check" }, box, el("span", {}, t(`badge_${kind}_long`))),
  );
  return [kind, box] as const;
});
const blur = find<HTMLInputElement>("#blur");
const confidence = find<HTMLInputElement>("#confidence");

for (const box of [blur, confidence, ...boxes.map(([, box]) => box)]) {
  box.addEventListener("change", () => void save());
}

export async function showBadges(): Promise<void> {
  const saved = await settings();
  for (const [kind, box] of boxes) box.checked = saved.show[kind];
  blur.checked = saved.blur;
  confidence.checked = saved.confidence;
}

async function save(): Promise<void> {
  const show = Object.fromEntries(boxes.map(([kind, box]) => [kind, box.checked]));
  await saveSettings({
    show: show as FeedSettings["show"],
    blur: blur.checked,
    confidence: confidence.checked,
  });
}
