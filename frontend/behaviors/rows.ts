import { isShown } from "./keys.ts";
import { exchangeOf, GONE } from "./requests.ts";

/** Rows of tickets: j and k go through them; one that its reader may no longer see leaves. */
export default function rows(element: HTMLElement): () => void {
  const ends = new AbortController();
  const links = () =>
    [...element.querySelectorAll<HTMLElement>(".row-subject")].filter((link) => isShown(link));

  const step = (event: Event) => {
    const { detail } = event as CustomEvent<{ by: number; done: boolean }>;
    const next = beside(links(), place(element), detail.by);
    if (detail.done || !next) return;
    detail.done = true;
    next.focus();
    next.scrollIntoView?.({ block: "nearest" });
  };

  const leave = (event: Event) => {
    const exchange = exchangeOf(event);
    const row = exchange?.sourceElement;
    if (!row || !GONE.includes(exchange?.response?.status ?? 0)) return;
    if (!row.matches(".row") || !element.contains(row)) return;
    const held = row.contains(document.activeElement);
    const shown = links();
    const link = row.querySelector<HTMLElement>(".row-subject");
    const next = beside(shown, link, 1) ?? beside(shown, link, -1);
    row.remove();
    if (held) next?.focus();
  };

  returnTo(element, document.referrer);
  document.addEventListener("step", step, { signal: ends.signal });
  document.addEventListener("htmx:finally:request", leave, { signal: ends.signal });
  return () => ends.abort();
}

/** Whoever comes back from a ticket goes on from its row, not from the top of the list. */
function returnTo(element: HTMLElement, from: string): void {
  const number = /\/tickets\/(\d+)\/$/.exec(from)?.[1];
  if (!number || element.querySelector('[aria-selected="true"]')) return;
  const link = element.querySelector<HTMLElement>(`#row-${number} .row-subject`);
  if (document.activeElement === document.body) link?.focus();
}

/** Where the reader is: at what has the focus, else at the open ticket. */
function place(element: HTMLElement): Element | null {
  const row = element.contains(document.activeElement)
    ? document.activeElement?.closest(".row")
    : element.querySelector('.row[aria-selected="true"]');
  return row?.querySelector(".row-subject") ?? null;
}

/** The neighbour, if there is one; the first when there is no place to start from. */
function beside(links: HTMLElement[], here: Element | null, by: number): HTMLElement | undefined {
  const at = links.indexOf(here as HTMLElement);
  const next = at < 0 ? 0 : at + by;
  return next === at ? undefined : links[next];
}
