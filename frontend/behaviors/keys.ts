import { areKeysOff } from "./keys_switch.ts";

const HELP = "keys-help";
const TEXT = "input, textarea, select, [contenteditable]";
const NO_TEXT = "input:is([type=radio], [type=checkbox], [type=button], [type=submit])";
// Toasts are a popover of kind "manual": they stand beside the work, not over it.
const ABOVE = "dialog[open], [popover]:not([popover=manual]):popover-open";

/**
 * Single keys of the whole page. They are places on the keyboard (event.code), so that they work
 * in a Russian layout. What a key does stands in the page: data-key="KeyR" on what it presses.
 */
export default function keys(): () => void {
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isAbove()) return;
  if (isField(event.target)) {
    if (event.code === "Escape") (event.target as HTMLElement).blur();
    return;
  }
  if (areKeysOff() && event.code !== "Escape") return;
  if (act(keyOf(event), event.repeat)) event.preventDefault();
}

/** A place on the keyboard; `?` and `/` also where another layout has put them. */
function keyOf(event: KeyboardEvent): string {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "?";
  if (event.key === "/") return "Slash";
  return event.shiftKey ? "" : event.code;
}

function act(key: string, isRepeat: boolean): boolean {
  if (key === "KeyJ" || key === "KeyK") return step(key === "KeyJ" ? 1 : -1);
  if (isRepeat) return false;
  if (key === "?") {
    (document.getElementById(HELP) as HTMLDialogElement | null)?.showModal();
    return true;
  }
  const targets = document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  const target = [...targets].find(isShown);
  if (target) use(target);
  return target !== undefined;
}

/** Rows decide themselves which is next; false when there are none to step through. */
function step(by: number): boolean {
  const detail = { by, done: false };
  document.dispatchEvent(new CustomEvent("step", { detail }));
  return detail.done;
}

function use(target: HTMLElement): void {
  target.focus();
  if (target instanceof HTMLSelectElement) target.showPicker?.();
  else if (target.matches(NO_TEXT) || !target.matches(TEXT)) target.click();
  else (target as HTMLInputElement).select();
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(TEXT) && !target.matches(NO_TEXT);
}

function isAbove(): boolean {
  try {
    return document.querySelector(ABOVE) !== null;
  } catch {
    return document.querySelector("dialog[open]") !== null; // a browser without popovers
  }
}

export function isShown(element: HTMLElement): boolean {
  const isOff = element.closest("[disabled], [hidden], [inert], fieldset:disabled") !== null;
  return !isOff && (element.checkVisibility?.() ?? true);
}
