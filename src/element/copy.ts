/**
 * Puts what an element says into the clipboard, and leaves it selected: where the clipboard is out of reach, the customer
 * can copy it by hand. Resolves with what was copied; `''` if nothing was.
 */
export async function copyText(source: Element): Promise<string> {
  getSelection()?.selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent);
    return source.textContent;
  } catch {
    // An insecure context, or a frame without the permission.
    return '';
  }
}
