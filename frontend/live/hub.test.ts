import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Hub } from "./hub.ts";
import type { Word } from "./news.ts";
import { changed, FakeSource } from "./testing.ts";

let hub: Hub;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  FakeSource.opened = [];
  hub = new Hub();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function join(): Word[] {
  const words: Word[] = [];
  hub.join((word) => words.push(word), "/live/");
  return words;
}

test("twelve tabs hear by one stream", () => {
  const tabs = Array.from({ length: 12 }, join);
  FakeSource.last.say("up");
  FakeSource.last.say("changed", changed([17, 3]));
  expect(FakeSource.opened.length).toBe(1);
  for (const words of tabs) expect(words.map(({ kind }) => kind)).toEqual(["open", "changed"]);
});

test("a new tab hears what it has just missed, of each ticket once", () => {
  join();
  FakeSource.last.say("up");
  FakeSource.last.say("changed", changed([17, 3]));
  FakeSource.last.say("changed", changed([17, 4], [18, 1]));
  expect(join().at(-1)).toEqual({ kind: "changed", news: changed([17, 4], [18, 1]) });
  vi.advanceTimersByTime(31_000);
  expect(join()).toEqual([{ kind: "open", again: false }]);
});

test("a new tab hears that the stream is down", () => {
  join();
  FakeSource.last.say("down");
  expect(join()).toEqual([{ kind: "down" }]);
});

test("the stream survives the way from one page to the next, and ends after the last", () => {
  const tab = vi.fn();
  hub.join(tab, "/live/");
  hub.leave(tab);
  vi.advanceTimersByTime(1000);
  hub.join(tab, "/live/");
  expect(FakeSource.opened.length).toBe(1);
  hub.leave(tab);
  vi.advanceTimersByTime(6000);
  expect(FakeSource.last.readyState).toBe(FakeSource.CLOSED);
});
