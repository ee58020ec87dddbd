/**
 * Puts what an element says into the clipboard, and leaves it selected: where the clipboard is out of reach, the customer
 * can copy it by hand. Resolves with whether it was copied.
 */
export async function copyText(source: Element | null): Promise<boolean> {
  if (!source) return false;
  getSelection()?.selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    // An insecure context, or a frame without the permission.
    return false;
  }
}
