const MARGIN = 16; // pixels, for a horizontal scroll bar

/** A letter as it was sent: asked for when it is unfolded, and as high as its content. */
export default function letter(element: HTMLElement): () => void {
  const details = element as HTMLDetailsElement;
  const frame = details.querySelector("iframe") as HTMLIFrameElement;
  const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => grow());

  const grow = () => {
    const height = frame.contentDocument?.documentElement.scrollHeight;
    // An attribute: the page's policy allows no inline style.
    if (height) frame.height = String(height + MARGIN);
  };
  const unfold = () => {
    if (details.open && !frame.src && frame.dataset.src) frame.src = frame.dataset.src;
  };
  const loaded = () => {
    grow();
    const body = frame.contentDocument?.body;
    if (body) observer?.observe(body);
  };

  details.addEventListener("toggle", unfold);
  frame.addEventListener("load", loaded);
  unfold();
  return () => {
    observer?.disconnect();
    details.removeEventListener("toggle", unfold);
    frame.removeEventListener("load", loaded);
  };
}
