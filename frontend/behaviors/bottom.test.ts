import { expect, test, vi } from "vitest";
import bottom from "./bottom.ts";

function page(): HTMLElement {
  document.body.innerHTML = '<div><div class="talk"></div></div>';
  const pane = document.querySelector("div") as HTMLElement;
  const height = () => 500 + pane.querySelectorAll("article").length * 100;
  Object.defineProperty(pane, "scrollHeight", { get: height });
  Object.defineProperty(pane, "clientHeight", { value: 200 });
  bottom(pane);
  return pane;
}

function say(pane: HTMLElement): void {
  pane.querySelector(".talk")?.append(document.createElement("article"));
}

test("a conversation opens at its end and follows it", async () => {
  const pane = page();
  expect(pane.scrollTop).toBe(500);
  say(pane);
  await vi.waitFor(() => expect(pane.scrollTop).toBe(600));
});

test("whoever reads further up is left there", async () => {
  const pane = page();
  pane.scrollTop = 100;
  pane.dispatchEvent(new Event("scroll"));
  say(pane);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pane.scrollTop).toBe(100);
});
