import { expect, test } from "vitest";
import letter from "./letter.ts";

function page(): [HTMLDetailsElement, HTMLIFrameElement] {
  document.body.innerHTML =
    '<details><summary></summary><iframe data-src="/letter/5"></iframe></details>';
  const details = document.querySelector("details") as HTMLDetailsElement;
  const frame = document.querySelector("iframe") as HTMLIFrameElement;
  letter(details);
  return [details, frame];
}

test("a letter is asked for only when it is unfolded", () => {
  const [details, frame] = page();
  expect(frame.getAttribute("src")).toBe(null);
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  expect(frame.getAttribute("src")).toBe("/letter/5");
});

test("its frame is as high as its content", () => {
  const [, frame] = page();
  const documentElement = { scrollHeight: 300 };
  Object.defineProperty(frame, "contentDocument", { value: { documentElement, body: null } });
  frame.dispatchEvent(new Event("load"));
  expect(frame.getAttribute("height")).toBe("316");
});
