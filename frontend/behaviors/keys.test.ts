import { afterEach, beforeEach, expect, test, vi } from "vitest";
import keys from "./keys.ts";

let end: () => void;

beforeEach(() => {
  localStorage.clear();
  end = keys();
});
afterEach(() => end());

function press(
  code: string,
  options: KeyboardEventInit = {},
  on: Element = document.body,
): boolean {
  const event = new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, ...options });
  return !on.dispatchEvent(event);
}

function page(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.body.firstElementChild as HTMLElement;
}

function clicks(element: HTMLElement): () => number {
  const heard = vi.fn((event: Event) => event.preventDefault());
  element.addEventListener("click", heard);
  return () => heard.mock.calls.length;
}

test("a key presses what carries its place, in any layout", () => {
  const count = clicks(page('<a href="/new" data-key="KeyC">New</a>'));
  expect(press("KeyC", { key: "с" })).toBe(true);
  expect(count()).toBe(1);
});

test("letters typed into a field do nothing", () => {
  page('<input name="q"><a href="/new" data-key="KeyC">New</a>');
  const count = clicks(document.querySelector("a") as HTMLElement);
  expect(press("KeyC", {}, document.querySelector("input") as HTMLElement)).toBe(false);
  expect(count()).toBe(0);
});

test("escape leaves a field first, and only then the page", () => {
  page('<input name="q"><a href="/list" data-key="Escape">Back</a>');
  const field = document.querySelector("input") as HTMLElement;
  const count = clicks(document.querySelector("a") as HTMLElement);
  field.focus();
  press("Escape", {}, field);
  expect([document.activeElement === field, count()]).toEqual([false, 0]);
  press("Escape");
  expect(count()).toBe(1);
});

test("a chord is the browser's", () => {
  const count = clicks(page('<a href="/new" data-key="KeyC">New</a>'));
  press("KeyC", { ctrlKey: true });
  press("KeyC", { metaKey: true });
  expect(count()).toBe(0);
});

test("a person may switch single keys off", () => {
  localStorage.setItem("opora-keys", "off");
  const count = clicks(page('<a href="/new" data-key="KeyC">New</a>'));
  press("KeyC");
  expect(count()).toBe(0);
});

test("nothing behind an open dialog is pressed", () => {
  page('<dialog open></dialog><a href="/new" data-key="KeyC">New</a>');
  const count = clicks(document.querySelector("a") as HTMLElement);
  press("KeyC");
  expect(count()).toBe(0);
});

test("slash goes into the search and takes what is there", () => {
  const field = page('<input type="search" data-key="Slash" value="printer">') as HTMLInputElement;
  press("Slash", { key: "." });
  expect(document.activeElement).toBe(field);
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 7]);
});

test("the question mark opens the list of keys in any layout", () => {
  const dialog = page('<dialog id="keys-help"></dialog>') as HTMLDialogElement;
  press("Slash", { key: ",", shiftKey: true });
  expect(dialog.open).toBe(true);
  dialog.close();
  press("Digit7", { key: "?", shiftKey: true });
  expect(dialog.open).toBe(true);
});

test("what is disabled is not pressed", () => {
  page('<fieldset disabled><select data-key="KeyA"></select></fieldset>');
  expect(press("KeyA")).toBe(false);
});
