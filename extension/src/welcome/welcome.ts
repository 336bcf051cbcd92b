import { check } from "../background/service";
import { el, glyph } from "../shared/dom";
import { toCheckError } from "../shared/errors";
import { t } from "../shared/i18n";
import { fillTexts, find } from "../shared/page";
import { settings } from "../shared/settings";
import { percent, sentence } from "../shared/verdict";

const VERDICTS = ["ai", "ai_edited", "unsure", "real"] as const;

fillTexts("welcome_title");
for (const kind of VERDICTS) {
  const term = el("dt", {}, glyph(kind), t(`badge_${kind}_long`));
  find("#verdicts").append(term, el("dd", {}, t(`meaning_${kind}`)));
}
find("#options").addEventListener("click", () => void chrome.runtime.openOptionsPage());
find("#check").addEventListener("click", async () => {
  const answer = find("#answer");
  answer.replaceChildren(el("p", {}, t("checking")));
  answer.replaceChildren(...(await checkExample()));
});

/** The real service's answer on a picture that was drawn by a program. */
async function checkExample(): Promise<HTMLElement[]> {
  try {
    const picture = await (await fetch("example.jpg")).blob();
    const verdict = await check(picture, await settings());
    return [
      el("p", { class: "answer", "data-kind": verdict.verdict }, sentence(verdict)),
      el("p", {}, `${t("probability")}: ${percent(verdict.probability)}`),
      el("p", {}, t(`basis_${verdict.basis}`)),
    ];
  } catch (error) {
    const { code, values } = toCheckError(error);
    return [
      el("p", { class: "answer", "data-kind": "error" }, t(`error_${code}`)),
      el("p", {}, t(`error_${code}_help`, ...values)),
    ];
  }
}
