import { button } from "../shared/dom";
import { t } from "../shared/i18n";
import { percent, sentence, type Verdict } from "../shared/verdict";

/** The result as text for a message to somebody. */
export function resultText(verdict: Verdict): string {
  const { claims, image, model, probability } = verdict;
  return [
    `${sentence(verdict)}. ${t("probability")}: ${percent(probability)}.`,
    t(`basis_${verdict.basis}`),
    ...claims.flatMap(({ summary }) => (summary ? [`– ${summary}`] : [])),
    `${t("image_size", String(image.width), String(image.height), image.format)} · SHA-256 ${image.sha256}`,
    `${t("name")}, ${t("model", model.name, model.version)}`,
  ].join("\n");
}

export function copyButton(verdict: Verdict): HTMLElement {
  const copy = button("quiet", t("copy"), async () => {
    const copied = await copyText(resultText(verdict));
    copy.textContent = t(copied ? "copied" : "copy_failed");
  });
  return copy;
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text); // pages without https: have no such object
    return true;
  } catch {
    return copyOldWay(text);
  }
}

function copyOldWay(text: string): boolean {
  const onCopy = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
  };
  document.addEventListener("copy", onCopy, { capture: true });
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", onCopy, { capture: true });
  return copied;
}
