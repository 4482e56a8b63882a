/** Resolves once no dialog holds the focus: only then can it be given to anything else. */
export function afterDialog(): Promise<void> {
  const dialog = document.querySelector('dialog:modal');
  return new Promise((resolve) => {
    if (dialog) dialog.addEventListener('close', () => resolve(), { once: true });
    else resolve();
  });
}
