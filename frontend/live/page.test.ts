import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Page } from "./page.ts";
import { changed } from "./testing.ts";

let page: Page;
let asked: string[];

const HTML = `
  <div id="ticket" data-live="ticket:17" data-version="3">
    <p id="row-18" data-live="ticket:18" data-version="1"></p>
  </div>
  <div id="views" data-live="tickets"></div>
  <div id="dot" data-live="arrivals"></div>
  <div id="out" data-live="deliveries"></div>`;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = HTML;
  asked = [];
  for (const element of document.querySelectorAll("[data-live]")) {
    element.addEventListener("refresh", () => asked.push(element.id));
  }
  page = new Page();
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("only what is older than the news is asked for, and nothing around it", () => {
  page.hear(changed([17, 3], [18, 2], [99, 1]));
  vi.advanceTimersByTime(0);
  expect(asked).toEqual(["row-18", "views"]);
});

test("arrivals and deliveries have their own places", () => {
  page.hear({ tickets: [], arrivals: true, deliveries: false });
  vi.advanceTimersByTime(0);
  expect(asked).toEqual(["dot"]);
});

test("a page asks at most once a second", () => {
  for (let version = 2; version < 30; version++) {
    page.hear(changed([18, version]));
    vi.advanceTimersByTime(100);
  }
  expect(asked.filter((id) => id === "row-18").length).toBe(3);
});

test("a hidden tab waits until somebody looks at it", () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  page.hear(changed([18, 2]));
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([]);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(0);
  expect(asked).toEqual(["row-18", "views"]);
});

test("when anything may have changed, one answer tells which parts are older", async () => {
  const fresh = HTML.replace('data-version="1"', 'data-version="2"');
  const fetched = vi.fn().mockResolvedValue({ ok: true, text: () => Promise.resolve(fresh) });
  vi.stubGlobal("fetch", fetched);
  page.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(asked).toEqual(["row-18", "views", "dot", "out"]);
});

test("without an answer nothing is asked", async () => {
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("offline")));
  page.renew();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([]);
});
