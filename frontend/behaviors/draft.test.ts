import { afterEach, beforeEach, expect, test, vi } from "vitest";
import draft from "./draft.ts";
import { finish } from "./testing.ts";

const KEY = "opora-draft-7-ticket-17";
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

function open(text = "", key = "7-ticket-17"): HTMLFormElement {
  document.body.innerHTML = `
    <form data-draft="${key}" data-saved="Saved">
      <input name="seen" value="1"><input name="to" value="alice@example.org">
      <input type="radio" name="kind" value="reply" checked>
      <input type="radio" name="kind" value="note">
      <textarea name="text">${text}</textarea><span data-saved-at></span>
    </form>`;
  const form = document.querySelector("form") as HTMLFormElement;
  end = draft(form);
  return form;
}

function type(form: HTMLFormElement, words: string): void {
  const text = form.querySelector("textarea") as HTMLTextAreaElement;
  text.value = words;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  vi.advanceTimersByTime(500);
}

const textOf = (form: HTMLFormElement) => new FormData(form).get("text");
const saved = () => document.querySelector("[data-saved-at]")?.textContent;

test("what is typed is there again on the next page, with its time", () => {
  const form = open();
  form.querySelector<HTMLElement>('[value="note"]')?.click();
  type(form, "half a thought");
  expect(saved()).toMatch(/^Saved \d/);
  end();
  const again = open();
  expect(textOf(again)).toBe("half a thought");
  expect(new FormData(again).get("kind")).toBe("note");
  expect(saved()).toMatch(/^Saved \d/);
});

test("another ticket has its own draft", () => {
  type(open(), "half a thought");
  end();
  expect(textOf(open("", "7-ticket-18"))).toBe("");
});

test("what the server filled in and nobody changed is not kept", () => {
  type(open(), "half a thought");
  expect(Object.keys(JSON.parse(localStorage.getItem(KEY) ?? "{}").fields)).toEqual(["text"]);
});

test("a draft goes when the answer was taken", () => {
  const form = open();
  type(form, "done");
  (form.querySelector("textarea") as HTMLTextAreaElement).value = ""; // as the composer does
  finish(form, 200);
  expect(localStorage.getItem(KEY)).toBe(null);
  expect(saved()).toBe("");
});

test("a draft stays when the answer was refused or the server failed", () => {
  const form = open();
  type(form, "done");
  for (const status of [0, 409, 422, 500]) finish(form, status);
  expect(localStorage.getItem(KEY)).not.toBe(null);
});

test("leaving in the middle of a word loses nothing", () => {
  const form = open();
  (form.querySelector("textarea") as HTMLTextAreaElement).value = "hal";
  form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  window.dispatchEvent(new Event("pagehide"));
  expect(localStorage.getItem(KEY)).toContain("hal");
});

test("the text of a refused form is not overwritten by an older draft", () => {
  type(open(), "older");
  end();
  expect(textOf(open("newer"))).toBe("newer");
});

test("a form that the browser sent is forgotten by the page that followed", () => {
  const form = open("", "7-ticket-new");
  type(form, "printer");
  form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  end();
  open("", "7-ticket-18");
  expect(localStorage.getItem("opora-draft-7-ticket-new")).toBe(null);
});

test("a form that came back is not forgotten", () => {
  const form = open("", "7-ticket-new");
  type(form, "printer");
  form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  end();
  expect(textOf(open("", "7-ticket-new"))).toBe("printer");
});

test("drafts of last month are thrown away", () => {
  const at = Date.now() - 31 * 24 * 3600 * 1000;
  localStorage.setItem(KEY, JSON.stringify({ at, fields: { text: "old" } }));
  expect(textOf(open())).toBe("");
});
