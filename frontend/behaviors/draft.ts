import { whenSent } from "./requests.ts";
import { recall, remember } from "./storage.ts";

const PREFIX = "opora-draft-";
const SENT = "opora-draft-sent";
const PAUSE = 400; // milliseconds of no typing
const KEPT = 30 * 24 * 3600 * 1000; // milliseconds
const NOT_SAVED = ["csrfmiddlewaretoken", "seen", "attachments"];

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
interface Draft {
  at: number;
  fields: Record<string, string>;
}

/** What is typed is kept on this computer until the server has taken it, and not a moment less. */
export default function draft(element: HTMLElement): () => void {
  const form = element as HTMLFormElement;
  const key = PREFIX + form.dataset.draft;
  const ends = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    const fields = changed(form);
    const isEmpty = Object.keys(fields).length === 0;
    const at = Date.now();
    const isKept = remember(localStorage, key, isEmpty ? null : JSON.stringify({ at, fields }));
    show(form, isKept && !isEmpty ? at : null);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  const leave = () => {
    if (timer !== undefined) save();
  };
  const forget = () => {
    // What was typed while the answer was on its way is the beginning of the next one.
    if (form.querySelector<HTMLTextAreaElement>('[name="text"]')?.value) return save();
    clearTimeout(timer);
    timer = undefined;
    remember(localStorage, key, null);
    show(form, null);
  };

  forgetOld();
  forgetSent(key);
  restore(form, read(key));
  form.addEventListener("input", later, { signal: ends.signal });
  form.addEventListener("change", later, { signal: ends.signal });
  window.addEventListener("pagehide", leave, { signal: ends.signal });
  window.addEventListener("submit", (event) => leaveBy(event, form, key), { signal: ends.signal });
  const end = whenSent(form, forget);
  return () => {
    leave();
    end();
    ends.abort();
  };
}

function fieldsOf(form: HTMLFormElement): Field[] {
  const fields = [...form.elements].filter((each) => each.matches("input, textarea, select"));
  return (fields as Field[]).filter(
    (field) => field.name && field.type !== "file" && !NOT_SAVED.includes(field.name),
  );
}

function changed(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries(
    fieldsOf(form)
      .filter((field) => !isAsGiven(field) && (!isChoice(field) || field.checked))
      .map((field) => [field.name, field.value]),
  );
}

function isAsGiven(field: Field): boolean {
  if (isChoice(field)) return field.checked === field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    return [...field.options].every((option) => option.selected === option.defaultSelected);
  }
  return field.value === field.defaultValue;
}

function isChoice(field: Field): field is HTMLInputElement {
  return field.type === "radio" || field.type === "checkbox";
}

/** What the server has put into a field (a form it refused) is newer than what was kept. */
function restore(form: HTMLFormElement, kept: Draft | null): void {
  if (!kept || fieldsOf(form).some((field) => field.name === "text" && field.value)) return;
  for (const field of fieldsOf(form)) {
    const value = kept.fields[field.name];
    if (value === undefined) continue;
    if (isChoice(field)) field.checked = field.value === value;
    else field.value = value;
    field.closest("details")?.setAttribute("open", "");
  }
  show(form, kept.at);
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(recall(localStorage, key) ?? "null");
  } catch {
    return null;
  }
}

function show(form: HTMLFormElement, at: number | null): void {
  const place = form.querySelector("[data-saved-at]");
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const time = at && new Date(at).toLocaleTimeString(document.documentElement.lang || [], clock);
  if (place) place.textContent = time ? `${form.dataset.saved ?? ""} ${time}`.trim() : "";
}

/** A form that the browser sends itself: the next page knows whether it was taken. */
function leaveBy(event: Event, form: HTMLFormElement, key: string): void {
  if (event.target === form && !event.defaultPrevented) remember(sessionStorage, SENT, key);
}

/** Sent by the page before this one; had it been refused, the form would be here again. */
function forgetSent(key: string): void {
  const sent = recall(sessionStorage, SENT);
  if (sent && sent !== key) remember(localStorage, sent, null);
  remember(sessionStorage, SENT, null);
}

function forgetOld(): void {
  const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "");
  for (const key of keys.filter((each) => each.startsWith(PREFIX))) {
    if ((read(key)?.at ?? 0) < Date.now() - KEPT) remember(localStorage, key, null);
  }
}
