const NEAR = 40; // pixels that still count as the end

/** A conversation opens at its end, and stays there while its reader does. */
export default function bottom(element: HTMLElement): () => void {
  let isAtEnd = true;
  const look = () => {
    isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
  };
  const stay = () => {
    if (isAtEnd) element.scrollTop = element.scrollHeight;
  };
  // New messages, not what a reader unfolds: an open quote is read from its beginning.
  const observer = new MutationObserver(stay);
  // A growing answer, or the keyboard of a phone, takes room from below.
  const room = new ResizeObserver(stay);
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));

  if (named && element.contains(named)) named.scrollIntoView?.();
  else stay();
  look();
  element.addEventListener("scroll", look, { passive: true });
  window.addEventListener("load", stay);
  observer.observe(element, { childList: true, subtree: true });
  room.observe(element);
  return () => {
    observer.disconnect();
    room.disconnect();
    element.removeEventListener("scroll", look);
    window.removeEventListener("load", stay);
  };
}
