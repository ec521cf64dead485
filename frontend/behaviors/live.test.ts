import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changed, FakeSource } from "../live/testing.ts";
import live from "./live.ts";

let end: () => void;
let asked: number;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("SharedWorker", undefined);
  const page = '<p id="row-17" data-live="ticket:17" data-version="1"></p>';
  const text = () => Promise.resolve(page.replace('"1"', '"2"'));
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue({ ok: true, text }));
  document.body.innerHTML = `<div data-stream="/live/"><p class="live-state" hidden></p></div>${page}`;
  asked = 0;
  document.getElementById("row-17")?.addEventListener("refresh", () => asked++);
  end = live(document.querySelector("div") as HTMLElement);
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const isSaid = () => !document.querySelector<HTMLElement>(".live-state")?.hidden;

test("a change refreshes what shows it", async () => {
  FakeSource.last.say("up");
  FakeSource.last.say("changed", changed([17, 2]));
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, isSaid()]).toEqual([1, false]);
});

test("a page whose stream is down says so and asks by itself", async () => {
  FakeSource.last.say("down");
  expect(isSaid()).toBe(true);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(asked).toBe(2);
});

test("when it is back, everything is looked at once", async () => {
  FakeSource.last.say("down");
  FakeSource.last.say("up");
  await vi.advanceTimersByTimeAsync(35_000);
  expect([asked, isSaid()]).toEqual([1, false]);
});

test("a page that the browser kept comes back to life", async () => {
  window.dispatchEvent(new Event("pagehide"));
  expect(FakeSource.last.readyState).toBe(FakeSource.CLOSED);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  await vi.advanceTimersByTimeAsync(0);
  expect([FakeSource.last.readyState, asked]).toEqual([1, 1]);
});
