import { expect, test, vi } from "vitest";
import ago, { relative } from "./ago.ts";

const NOW = new Date("2026-11-18T12:00:00+03:00");

test.each([
  ["2026-11-18T11:59:30+03:00", "now", "сейчас"],
  ["2026-11-18T11:28:00+03:00", "32 min", "32 мин"],
  ["2026-11-18T08:00:00+03:00", "4 hr", "4 ч"],
  ["2026-11-17T23:00:00+03:00", "yesterday", "вчера"],
  ["2026-11-13T12:00:00+03:00", "Fri", "пт"],
  ["2026-11-02T12:00:00+03:00", "2 Nov", "2 нояб."],
  ["2025-11-02T12:00:00+03:00", "2 Nov 2025", "2 нояб. 2025"],
])("%s is %s, %s", (moment, english, russian) => {
  const plain = (language: string) => relative(moment, NOW, language).replace("\u00a0", " ");
  expect([plain("en"), plain("ru")]).toEqual([english, russian]);
});

test("a day begins where its reader is", () => {
  const now = new Date("2026-11-18T00:30:00+03:00");
  expect(relative("2026-11-17T23:00:00+03:00", now, "en")).toBe("yesterday");
});

test("the words on the page grow older", () => {
  vi.useFakeTimers({ now: NOW });
  document.body.innerHTML = '<time datetime="2026-11-18T11:59:50+03:00">now</time>';
  const time = document.querySelector("time") as HTMLElement;
  const end = ago(time);
  vi.advanceTimersByTime(60_000);
  expect(time.textContent?.replace("\u00a0", " ")).toBe("1 min");
  end();
  vi.useRealTimers();
});
