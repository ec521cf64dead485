import { expect, test } from "vitest";
import opens from "./opens.ts";

test("buttons open and close the dialog they name", () => {
  document.body.innerHTML = `
    <button id="in" data-opens="hold"></button>
    <dialog id="hold"><button id="out" data-closes="hold"></button></dialog>`;
  const [first, second] = document.querySelectorAll("button");
  const dialog = document.querySelector("dialog") as HTMLDialogElement;
  opens(first as HTMLElement);
  opens(second as HTMLElement);
  first?.click();
  expect(dialog.open).toBe(true);
  second?.click();
  expect(dialog.open).toBe(false);
});
