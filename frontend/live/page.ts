import { type News, together } from "./news.ts";

const PACE = 1000; // milliseconds between two refreshes
const NOTHING: News = { tickets: [], arrivals: false, deliveries: false };

/**
 * Keeps fresh what a page shows: elements with data-live="ticket:17" (and data-version), "tickets",
 * "arrivals" or "deliveries". A hidden tab waits until somebody looks at it.
 */
export class Page {
  private waiting = NOTHING;
  private isAllStale = false;
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ends = new AbortController();

  constructor() {
    const { signal } = this.ends;
    document.addEventListener("visibilitychange", () => this.plan(), { signal });
  }

  hear(news: News): void {
    this.waiting = together([this.waiting, news]);
    this.plan();
  }

  /** Anything may have changed. */
  renew(): void {
    this.isAllStale = true;
    this.plan();
  }

  close(): void {
    clearTimeout(this.timer);
    this.ends.abort();
  }

  private plan(): void {
    const isStale = this.isAllStale || this.waiting !== NOTHING;
    if (!isStale || document.hidden || this.timer !== undefined) return;
    const pause = Math.max(0, this.last + PACE - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.last = Date.now();
      this.refresh();
    }, pause);
  }

  private refresh(): void {
    const news = this.waiting;
    const { isAllStale } = this;
    this.waiting = NOTHING;
    this.isAllStale = false;
    if (isAllStale) void compare();
    else for (const element of living()) if (isMeant(element, news)) ask(element);
  }
}

/** One request finds out which parts are older than the server's: asking for each would be many. */
async function compare(): Promise<void> {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const element of living()) {
    const { version } = element.dataset;
    const other = fresh.getElementById(element.id)?.dataset.version;
    if (version === undefined || version !== other) ask(element);
  }
}

function living(): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>("[data-live]");
}

function isMeant(element: HTMLElement, news: News): boolean {
  const [kind, id] = element.dataset.live?.split(":") ?? [];
  if (kind === "arrivals") return news.arrivals;
  if (kind === "deliveries") return news.deliveries;
  if (kind === "tickets") return news.tickets.length > 0;
  const shown = Number(element.dataset.version ?? 0);
  return news.tickets.some(([ticket, version]) => ticket === Number(id) && version > shown);
}

/** By htmx, which listens for it: hx-trigger="refresh". It must not reach the parts around. */
function ask(element: HTMLElement): void {
  element.dispatchEvent(new CustomEvent("refresh"));
}
