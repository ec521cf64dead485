import { afterEach, beforeEach, expect, test, vi } from "vitest";
import composer from "./composer.ts";
import { finish, tell } from "./testing.ts";

let end: () => void;
let form: HTMLFormElement;
let text: HTMLTextAreaElement;

beforeEach(() => {
  document.body.innerHTML = `
    <form id="composer">
      <input type="radio" name="kind" value="reply" checked>
      <input type="radio" name="kind" value="note">
      <textarea name="text">so it is</textarea>
      <button type="button" data-mark="bold"></button>
      <button data-send></button>
    </form>`;
  form = document.getElementById("composer") as HTMLFormElement;
  text = form.querySelector("textarea") as HTMLTextAreaElement;
  end = composer(form);
});
afterEach(() => end());

function press(options: KeyboardEventInit): void {
  text.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...options }));
}

test("a tool marks what is selected", () => {
  text.setSelectionRange(3, 5);
  form.querySelector<HTMLElement>("[data-mark]")?.click();
  expect(text.value).toBe("so **it** is");
  expect(text.value.slice(text.selectionStart, text.selectionEnd)).toBe("it");
});

test("so does its chord, in any layout", () => {
  text.setSelectionRange(3, 5);
  press({ code: "KeyI", key: "ш", ctrlKey: true });
  expect(text.value).toBe("so _it_ is");
});

test("Ctrl+Enter sends by the button that is shown", () => {
  const sent = vi.spyOn(form, "requestSubmit").mockImplementation(() => {});
  press({ key: "Enter", ctrlKey: true });
  expect(sent).toHaveBeenCalledWith(form.querySelector("[data-send]"));
});

test.each(["reply", "note"])("choosing %s puts the caret into the text", (kind) => {
  text.blur();
  form.querySelector<HTMLElement>(`[value="${kind}"]`)?.click();
  expect(document.activeElement).toBe(text);
});

test("what was sent is gone, and the next word is an answer again", () => {
  form.querySelector<HTMLElement>('[value="note"]')?.click();
  tell(form, "htmx:before:request");
  finish(form, 200);
  expect(text.value).toBe("");
  expect(new FormData(form).get("kind")).toBe("reply");
});

test("what was refused is kept", () => {
  finish(form, 422);
  finish(form, 500);
  expect(text.value).toBe("so it is");
});

test("what is typed while the answer is on its way is kept", () => {
  tell(form, "htmx:before:request");
  text.value += " And one thing more";
  finish(form, 200);
  expect(text.value).toBe(" And one thing more");
});

test("the empty field says what it is for", () => {
  text.placeholder = "Write an answer";
  text.dataset.note = "Write a note";
  end();
  end = composer(form);
  const note = form.querySelector<HTMLInputElement>('[value="note"]') as HTMLInputElement;
  note.checked = true;
  note.dispatchEvent(new Event("change", { bubbles: true }));
  expect(text.placeholder).toBe("Write a note");
  finish(form, 200);
  expect(text.placeholder).toBe("Write an answer");
});
