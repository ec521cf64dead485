import { exchangeOf } from "./requests.ts";

const QUIET = 200; // milliseconds; what is faster than that shows nothing

/**
 * The pressed button says that it is being worked on, and one press sends once: a second one is
 * dropped until the answer is there.
 */
export default function busy(): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  const waiting = new Map<Element, () => void>();

  const begin = (form: Element, button: HTMLElement | null | undefined) => {
    const timer = setTimeout(() => button?.setAttribute("aria-busy", "true"), QUIET);
    waiting.set(form, () => {
      clearTimeout(timer);
      button?.removeAttribute("aria-busy");
    });
  };
  const finish = (form: Element) => {
    waiting.get(form)?.();
    waiting.delete(form);
  };

  // Before htmx hears of it.
  const guard = (event: SubmitEvent) => {
    if (!waiting.has(event.target as Element)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  // After htmx: what it has not taken over, the browser sends itself, and leaves the page.
  const leave = (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    if (!event.defaultPrevented && form.method === "post") begin(form, event.submitter);
  };
  const sends = (event: Event) => {
    const exchange = exchangeOf(event);
    if (!exchange || waiting.has(exchange.sourceElement)) return;
    const { sourceElement: form, request } = exchange;
    if (form instanceof HTMLFormElement && exchange.sourceEvent?.type === "submit") {
      begin(form, request?.submitter);
    }
  };
  const answered = (event: Event) => {
    const exchange = exchangeOf(event);
    if (exchange) finish(exchange.sourceElement);
  };
  const back = () => {
    for (const form of [...waiting.keys()]) finish(form);
  };

  document.addEventListener("submit", guard, { capture: true, signal });
  window.addEventListener("submit", leave, { signal });
  document.addEventListener("htmx:before:request", sends, { signal });
  document.addEventListener("htmx:finally:request", answered, { signal });
  window.addEventListener("pageshow", back, { signal });
  return () => {
    back();
    ends.abort();
  };
}
