/** What htmx tells of one of its requests, as far as behaviors ask. */
export interface Exchange {
  sourceElement: Element;
  sourceEvent?: Event;
  request?: { submitter?: HTMLElement | null };
  response?: { status: number; headers: Headers };
  text?: string;
}

/** Answers that say: it is not there, or not for you. */
export const GONE = [403, 404, 410];

export function exchangeOf(event: Event): Exchange | undefined {
  return (event as CustomEvent<{ ctx?: Exchange }>).detail?.ctx;
}

/** Act when what a form sent was taken by the server, and its answer is on the page. */
export function whenSent(form: HTMLElement, act: () => void): () => void {
  const ends = new AbortController();
  document.addEventListener(
    "htmx:finally:request",
    (event) => {
      const exchange = exchangeOf(event);
      const status = exchange?.response?.status ?? 0;
      if (exchange?.sourceElement === form && status >= 200 && status < 300) act();
    },
    { signal: ends.signal },
  );
  return () => ends.abort();
}
