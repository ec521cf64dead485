import { expect, test } from "vitest";
import keepScroll from "./keep_scroll.ts";

function open(): HTMLElement {
  document.body.innerHTML = '<div data-keep="queue-mine"></div>';
  return document.querySelector("div") as HTMLElement;
}

test("the next page stands where the one before stood", () => {
  const first = open();
  keepScroll(first);
  first.scrollTop = 240;
  window.dispatchEvent(new Event("pagehide"));
  const second = open();
  keepScroll(second);
  expect(second.scrollTop).toBe(240);
});
