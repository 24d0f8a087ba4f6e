// Copies a text. Rejects where the browser does not allow it.

// Where a page came by plain HTTP there is no clipboard to write to; the old way still works there. The field stands
// inside the open dialog, since everything outside of it can have no focus.
function copyByField(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'hm-sr';
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

export async function copyText(text: string): Promise<void> {
  const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard) await clipboard.writeText(text);
  else if (!copyByField(text)) throw new Error('copying is not allowed');
}
