import { afterEach, beforeEach, expect, test, vi } from "vitest";
import busy from "./busy.ts";
import { finish, tell } from "./testing.ts";

let end: () => void;
let form: HTMLFormElement;
let button: HTMLButtonElement;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<form method="post"><button>Send</button></form>';
  form = document.querySelector("form") as HTMLFormElement;
  button = document.querySelector("button") as HTMLButtonElement;
  end = busy();
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

function submit(): boolean {
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button });
  return form.dispatchEvent(event);
}

function send(): void {
  const sourceEvent = new Event("submit");
  tell(form, "htmx:before:request", { sourceEvent, request: { submitter: button } });
}

test("a slow request shows on its button, until it is answered", () => {
  send();
  expect(button.hasAttribute("aria-busy")).toBe(false);
  vi.advanceTimersByTime(250);
  expect(button.getAttribute("aria-busy")).toBe("true");
  finish(form, 422);
  expect(button.hasAttribute("aria-busy")).toBe(false);
});

test("a quick one shows nothing", () => {
  send();
  finish(form, 200);
  vi.advanceTimersByTime(250);
  expect(button.hasAttribute("aria-busy")).toBe(false);
});

test("a second press is dropped while the first is under way", () => {
  const heard = vi.fn((event: Event) => event.preventDefault());
  form.addEventListener("submit", heard);
  submit();
  send();
  submit();
  expect(heard).toHaveBeenCalledTimes(1);
  finish(form, 200);
  submit();
  expect(heard).toHaveBeenCalledTimes(2);
});

test("a form that the browser sends is sent once as well", () => {
  expect(submit()).toBe(true);
  expect(submit()).toBe(false);
  window.dispatchEvent(new Event("pageshow"));
  expect(submit()).toBe(true);
});
