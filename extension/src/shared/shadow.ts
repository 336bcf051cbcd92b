/** An extension may see closed roots too: Chrome has a function for it, Firefox a property. */
export function shadowOf(element: Element): ShadowRoot | null {
  if (!(element instanceof HTMLElement)) return null;
  const { openOrClosedShadowRoot } = element as { openOrClosedShadowRoot?: ShadowRoot | null };
  return (
    chrome.dom?.openOrClosedShadowRoot(element) ?? openOrClosedShadowRoot ?? element.shadowRoot
  );
}
