import { button, el } from "../shared/dom";
import { t } from "../shared/i18n";
import type { Label } from "../shared/messages";

/** Sends what the person says of the picture; resolves to what they are told then. */
export type OnFeedback = (label: Label) => Promise<string>;

const LABELS: Label[] = ["real", "ai", "ai_edited"];

/** "This is wrong", and then what is right. */
export function feedback(onFeedback: OnFeedback): HTMLElement {
  const outcome = el("p", { class: "outcome" });
  const choices = el("div", { class: "choices", role: "group", "aria-label": t("feedback_ask") });
  const ask = button("quiet", t("feedback_wrong"), () => {
    const open = choices.hidden;
    choices.hidden = !open;
    ask.ariaExpanded = String(open);
    if (open) choices.querySelector("button")?.focus();
  });
  ask.ariaExpanded = "false";
  choices.hidden = true;
  for (const label of LABELS)
    choices.append(button("choice", t(`feedback_${label}`), () => send(label)));

  const send = async (label: Label) => {
    for (const choice of choices.querySelectorAll("button")) choice.disabled = true;
    outcome.textContent = await onFeedback(label);
    for (const choice of choices.querySelectorAll("button")) choice.disabled = false;
  };
  return el("div", { class: "feedback" }, ask, choices, outcome);
}
