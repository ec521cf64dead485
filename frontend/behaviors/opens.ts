/** A button that opens a dialog (data-opens) or closes one (data-closes); focus comes back to it. */
export default function opens(element: HTMLElement): () => void {
  const press = () => {
    const { opens: opened, closes: closed } = element.dataset;
    if (closed) find(closed)?.close();
    if (!opened) return;
    // A menu is left behind; without it, the dialog would stand under the menu's rules of closing.
    const menu = element.closest<HTMLElement>("[popover]");
    menu?.hidePopover?.();
    find(opened)?.showModal();
  };
  element.addEventListener("click", press);
  return () => element.removeEventListener("click", press);
}

function find(id: string): HTMLDialogElement | null {
  return document.getElementById(id) as HTMLDialogElement | null;
}
