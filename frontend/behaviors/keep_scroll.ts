import { recall, remember } from "./storage.ts";

/** A list beside a ticket stands where it stood on the page before; the open row is in view. */
export default function keepScroll(element: HTMLElement): () => void {
  const key = `opora-scroll-${element.dataset.keep}`;
  const keep = () => remember(sessionStorage, key, String(element.scrollTop));
  element.scrollTop = Number(recall(sessionStorage, key) ?? 0);
  element.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: "nearest" });
  window.addEventListener("pagehide", keep);
  return () => {
    keep();
    window.removeEventListener("pagehide", keep);
  };
}
