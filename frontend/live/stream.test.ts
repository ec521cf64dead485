import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Word } from "./news.ts";
import { Stream } from "./stream.ts";
import { changed, FakeSource } from "./testing.ts";

let stream: Stream;
let words: Word[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  FakeSource.opened = [];
  words = [];
  stream = new Stream("/live/", (word) => words.push(word));
});
afterEach(() => {
  stream.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("what the server tells is passed on", () => {
  FakeSource.last.say("up");
  FakeSource.last.say("changed", changed([17, 3]));
  expect(words).toEqual([
    { kind: "open", again: false },
    { kind: "changed", news: changed([17, 3]) },
  ]);
});

test("a line that breaks for a moment is not worth a word, but then all is looked at", () => {
  FakeSource.last.say("up");
  FakeSource.last.break();
  vi.advanceTimersByTime(1500);
  FakeSource.last.say("up");
  vi.advanceTimersByTime(5000);
  expect(words.map(({ kind }) => kind)).toEqual(["open", "open"]);
  expect(words.at(-1)).toEqual({ kind: "open", again: true });
});

test("a line that stays broken is down", () => {
  FakeSource.last.say("up");
  FakeSource.last.break();
  vi.advanceTimersByTime(6000);
  expect(words.at(-1)).toEqual({ kind: "down" });
  FakeSource.last.say("up");
  expect(words.at(-1)).toEqual({ kind: "open", again: true });
});

test("a refused stream is asked for again", () => {
  FakeSource.last.break(true);
  vi.advanceTimersByTime(15_000);
  expect(FakeSource.opened.length).toBe(2);
});

test("silence is a broken line, however open it looks", () => {
  FakeSource.last.say("up");
  for (let pings = 0; pings < 5; pings++) {
    vi.advanceTimersByTime(15_000);
    FakeSource.last.say("ping");
  }
  expect(stream.state).toBe("open");
  vi.advanceTimersByTime(40_000);
  expect(stream.state).toBe("down");
  expect(FakeSource.opened.length).toBe(2);
});

test("the server says itself that it hears nothing", () => {
  FakeSource.last.say("up");
  FakeSource.last.say("down");
  expect(words.at(-1)).toEqual({ kind: "down" });
});

test("a page whose stream came late looks again when it is there", () => {
  FakeSource.last.break();
  vi.advanceTimersByTime(6000);
  FakeSource.last.say("up");
  expect(words.at(-1)).toEqual({ kind: "open", again: true });
});
