import { expect, test } from "vitest";
import letter from "./letter.ts";

function page(): [HTMLDetailsElement, HTMLIFrameElement] {
  // Outside of the document, where the window does not ask a server for the frame's page.
  const details = document.createElement("details");
  details.innerHTML = '<summary></summary><iframe data-src="/letter/5"></iframe>';
  const frame = details.querySelector("iframe") as HTMLIFrameElement;
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
