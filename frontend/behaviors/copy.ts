const SHOWN = 2000; // milliseconds

/** A button that copies data-copy, and says data-copied in its own place. */
export default function copy(element: HTMLElement): () => void {
  const press = async () => {
    await navigator.clipboard.writeText(element.dataset.copy ?? "");
    const label = element.querySelector("span") ?? element;
    const before = label.textContent;
    label.textContent = element.dataset.copied ?? before;
    setTimeout(() => {
      label.textContent = before;
    }, SHOWN);
  };
  element.addEventListener("click", press);
  return () => element.removeEventListener("click", press);
}
