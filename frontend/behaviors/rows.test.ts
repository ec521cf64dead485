import { afterEach, beforeEach, expect, test } from "vitest";
import rows from "./rows.ts";
import { finish } from "./testing.ts";

let end: () => void;

beforeEach(() => {
  const row = (id: number) =>
    `<tr class="row" id="row-${id}"><td><a class="row-subject" href="/t/${id}">${id}</a></td></tr>`;
  document.body.innerHTML = `<table><tbody>${[1, 2, 3].map(row).join("")}</tbody></table>`;
  end = rows(document.querySelector("tbody") as HTMLElement);
});
afterEach(() => end());

function step(by: number): boolean {
  const detail = { by, done: false };
  document.dispatchEvent(new CustomEvent("step", { detail }));
  return detail.done;
}

const at = () => document.activeElement?.textContent;

test("steps go from row to row and stop at both ends", () => {
  step(1);
  expect(at()).toBe("1");
  step(1);
  step(1);
  expect([at(), step(1), at()]).toEqual(["3", false, "3"]);
  step(-1);
  expect(at()).toBe("2");
});

test("beside an open ticket, steps start from it", () => {
  document.getElementById("row-2")?.setAttribute("aria-selected", "true");
  step(1);
  expect(at()).toBe("3");
});

test("a row that may no longer be seen leaves, and the focus goes to its neighbour", () => {
  step(1);
  finish(document.getElementById("row-1") as Element, 404);
  expect([document.getElementById("row-1"), at()]).toEqual([null, "2"]);
});

test("a row stays when the server fails", () => {
  finish(document.getElementById("row-1") as Element, 502);
  expect(document.getElementById("row-1")).not.toBe(null);
});

test("who comes back from a ticket is at its row again", () => {
  end();
  Object.defineProperty(document, "referrer", {
    value: "http://desk/tickets/2/",
    configurable: true,
  });
  end = rows(document.querySelector("tbody") as HTMLElement);
  Object.defineProperty(document, "referrer", { value: "", configurable: true });
  expect(at()).toBe("2");
});
