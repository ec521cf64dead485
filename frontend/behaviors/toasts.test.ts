import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tell } from "./testing.ts";
import toasts from "./toasts.ts";

let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `
    <form><input name="csrfmiddlewaretoken" value="token"></form>
    <div id="toasts" popover="manual" data-failed="Not saved" data-forbidden="Not yours"
         data-undo="Undo" data-close="Close"></div>`;
  end = toasts(document.getElementById("toasts") as HTMLElement);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

const shown = () => [...document.querySelectorAll(".toast > span")].map((each) => each.textContent);
const form = () => document.querySelector("form") as HTMLElement;

function say(detail: object): void {
  document.body.dispatchEvent(new CustomEvent("toast", { detail, bubbles: true }));
}

function fail(status: number, text = "", type = "text/html", cause = "submit"): void {
  const response = { status, headers: new Headers({ "Content-Type": type }) };
  tell(form(), "htmx:response:error", { response, text, sourceEvent: new Event(cause) });
}

test("what the server says is shown for a while", () => {
  say({ text: "Handed over" });
  expect(shown()).toEqual(["Handed over"]);
  vi.advanceTimersByTime(10_000);
  expect(shown()).toEqual([]);
});

test("it stays while one looks at it", () => {
  say({ text: "Handed over" });
  document.querySelector(".toast")?.dispatchEvent(new Event("mouseenter"));
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(["Handed over"]);
});

test("undo is a form with the page's token", () => {
  say({ text: "Solved", undo: "/undo/5" });
  const undo = document.querySelector<HTMLFormElement>(".toast form");
  expect(undo?.getAttribute("action")).toBe("/undo/5");
  expect(undo?.querySelector("input")?.value).toBe("token");
});

test.each([
  [500, "", "text/html", "Not saved"],
  [404, "", "text/html", "Not yours"],
  [409, "Reopen it first.", "text/plain", "Reopen it first."],
])("a failed request (%i) is said in words", (status, text, type, words) => {
  fail(status, text, type);
  expect(shown()).toEqual([words]);
});

test("a broken connection is said", () => {
  tell(form(), "htmx:error", { sourceEvent: new Event("submit") });
  expect(shown()).toEqual(["Not saved"]);
});

test("what the page asked by itself fails silently, and 422 has its own place", () => {
  fail(500, "", "text/html", "refresh");
  fail(422);
  expect(shown()).toEqual([]);
});

test("a page that its reader may no longer see says so; a row just leaves", () => {
  form().className = "row";
  fail(404, "", "text/html", "refresh");
  expect(shown()).toEqual([]);
  form().className = "";
  fail(404, "", "text/html", "refresh");
  expect(shown()).toEqual(["Not yours"]);
});
