import { type Exchange, exchangeOf, GONE } from "./requests.ts";

const SHOWN = 10_000; // milliseconds, longer while one looks at it

interface Toast {
  text: string;
  tone?: string;
  undo?: string;
}

/** Short words about what just happened. What needs an action stands in the page, not here. */
export default function toasts(element: HTMLElement): () => void {
  const ends = new AbortController();
  const { signal } = ends;

  const show = (toast: Toast) => {
    if (!toast.text) return;
    const said = draw(element, toast);
    element.append(said);
    raise(element);
    const go = () => {
      said.remove();
      if (!element.firstElementChild) lower(element);
    };
    said.addEventListener("leave", go);
    passAway(said, go);
  };
  const told = (event: Event) => show((event as CustomEvent<Toast>).detail);
  const failed = (event: Event) => {
    const exchange = exchangeOf(event);
    const status = exchange?.response?.status ?? 0;
    if (exchange && isQuiet(exchange, status)) return;
    const text = wording(element, status, exchange?.text ?? "", event);
    if (text) show({ text, tone: "red" });
  };

  document.addEventListener("toast", told, { signal });
  document.addEventListener("htmx:response:error", failed, { signal });
  document.addEventListener("htmx:error", failed, { signal });
  return () => ends.abort();
}

/**
 * What the page asked by itself is said by the live line, not once more for each part; a row that
 * is gone leaves. A page that is gone says so.
 */
function isQuiet(exchange: Exchange, status: number): boolean {
  if (exchange.sourceEvent?.type !== "refresh") return false;
  return !GONE.includes(status) || exchange.sourceElement.matches(".row");
}

/** Empty: it is said elsewhere (422 beside its field). */
function wording(element: HTMLElement, status: number, said: string, event: Event): string {
  if (status === 422) return "";
  const type = exchangeOf(event)?.response?.headers.get("Content-Type") ?? "";
  if (status >= 400 && status < 500 && type.startsWith("text/plain") && said) return said;
  const isForbidden = status === 401 || GONE.includes(status);
  return (isForbidden ? element.dataset.forbidden : element.dataset.failed) ?? "";
}

function draw(element: HTMLElement, toast: Toast): HTMLElement {
  const said = document.createElement("div");
  said.className = "toast";
  if (toast.tone) said.dataset.tone = toast.tone;
  const text = document.createElement("span");
  text.textContent = toast.text;
  said.append(text);
  if (toast.undo) said.append(undoForm(toast.undo, element.dataset.undo ?? ""));
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = element.dataset.close ?? "";
  close.addEventListener("click", () => said.dispatchEvent(new Event("leave")));
  if (!toast.undo) said.append(close);
  return said;
}

/** A form, so that the browser follows to the page as it was. */
function undoForm(url: string, label: string): HTMLFormElement {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.querySelector<HTMLInputElement>('[name="csrfmiddlewaretoken"]');
  if (token) form.append(token.cloneNode());
  const button = document.createElement("button");
  button.textContent = label;
  form.append(button);
  return form;
}

function passAway(said: HTMLElement, go: () => void): void {
  let timer = setTimeout(go, SHOWN);
  const stay = () => clearTimeout(timer);
  const again = () => {
    stay();
    timer = setTimeout(go, SHOWN);
  };
  for (const name of ["mouseenter", "focusin"]) said.addEventListener(name, stay);
  for (const name of ["mouseleave", "focusout"]) said.addEventListener(name, again);
}

/** Above an open dialog: what is shown last stands on top. */
function raise(element: HTMLElement): void {
  lower(element);
  element.showPopover?.();
}

function lower(element: HTMLElement): void {
  if (element.hidePopover && isOpen(element)) element.hidePopover();
}

function isOpen(element: HTMLElement): boolean {
  try {
    return element.matches(":popover-open");
  } catch {
    return false;
  }
}
