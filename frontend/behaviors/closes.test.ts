import { expect, test } from "vitest";
import closes from "./closes.ts";
import { finish } from "./testing.ts";

function page(): [HTMLDialogElement, HTMLElement] {
  document.body.innerHTML = '<dialog open><form><input name="reason"></form></dialog>';
  const form = document.querySelector("form") as HTMLElement;
  closes(form);
  return [document.querySelector("dialog") as HTMLDialogElement, form];
}

test("a dialog goes when its form was taken", () => {
  const [dialog, form] = page();
  finish(form, 200);
  expect(dialog.open).toBe(false);
});

test("a dialog stays when its form was refused", () => {
  const [dialog, form] = page();
  finish(form, 422);
  finish(form, 500);
  expect(dialog.open).toBe(true);
});
