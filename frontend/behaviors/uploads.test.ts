import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { finish } from "./testing.ts";
import uploads from "./uploads.ts";

let end: () => void;
let form: HTMLFormElement;
let sent: FakeRequest[];

/** The server, as far as a file sees it. */
class FakeRequest extends EventTarget {
  upload = new EventTarget();
  headers: Record<string, string> = {};
  status = 0;
  responseText = "";
  body?: FormData;
  open = () => {};
  setRequestHeader = (name: string, value: string) => {
    this.headers[name] = value;
  };
  getResponseHeader = () => "text/plain; charset=utf-8";
  send = (body: FormData) => {
    this.body = body;
    sent.push(this);
  };
  abort = () => this.dispatchEvent(new Event("abort"));
  async answer(status: number, text: string): Promise<void> {
    this.status = status;
    this.responseText = text;
    this.dispatchEvent(new Event("load"));
    await vi.waitFor(() => expect(form.querySelector("progress")).toBe(null));
  }
}

function open(kept = ""): void {
  document.body.innerHTML = `
    <form id="composer" data-upload="/up" data-remove="Remove" data-too-many="not uploaded">
      <input type="hidden" name="csrfmiddlewaretoken" value="token">
      <textarea></textarea><div data-uploads>${kept}</div><button></button></form>`;
  form = document.querySelector("form") as HTMLFormElement;
  end = uploads(form);
}

beforeEach(() => {
  sent = [];
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  open();
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

function bring(kind: "drop" | "paste", name: string, types = ["Files"]): void {
  const carrier = { types, files: [new File(["bytes"], name)] };
  const event = new Event(kind, { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: carrier, clipboardData: carrier });
  form.dispatchEvent(event);
}

const ids = () => new FormData(form).getAll("attachments");
const submit = () =>
  form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));

test("a dropped file goes up with the form's token and is sent along by its id", async () => {
  bring("drop", "error.png");
  expect(sent[0]?.headers["X-CSRFToken"]).toBe("token");
  const file = sent[0]?.body?.get("file") as File;
  expect(file.name).toBe("error.png");
  await sent[0]?.answer(201, '{"id": 5, "name": "error.png", "size": 5}');
  expect(ids()).toEqual(["5"]);
});

test("a pasted picture goes up, pasted text does not", () => {
  bring("paste", "image.png");
  bring("paste", "image.png", ["text/plain", "Files"]);
  expect(sent.length).toBe(1);
});

test("a refused file says why and is not sent along", async () => {
  bring("drop", "big.iso");
  await sent[0]?.answer(413, "Larger than 50 MB.");
  expect(form.querySelector('[data-state="failed"]')?.textContent).toContain("Larger than 50 MB.");
  expect(ids()).toEqual([]);
});

test("a file can be removed", async () => {
  bring("drop", "error.png");
  await sent[0]?.answer(201, '{"id": 5}');
  form.querySelector<HTMLElement>("[data-uploads] button")?.click();
  expect(ids()).toEqual([]);
});

test("an answer sent too early waits for its files", async () => {
  const again = vi.spyOn(form, "requestSubmit").mockImplementation(() => {});
  bring("drop", "error.png");
  expect(submit()).toBe(false);
  await sent[0]?.answer(201, '{"id": 5}');
  expect(again).toHaveBeenCalledTimes(1);
  expect(submit()).toBe(true);
});

test("files that a corrected form brings along can be removed as well", () => {
  end();
  open('<span class="file"><input name="attachments" value="5"><span>a.txt</span></span>');
  expect(ids()).toEqual(["5"]);
  const button = form.querySelector<HTMLElement>("[data-uploads] button");
  expect(button?.getAttribute("aria-label")).toBe("Remove a.txt");
  button?.click();
  expect(ids()).toEqual([]);
});

test("files are gone when the answer was taken", async () => {
  bring("drop", "error.png");
  await sent[0]?.answer(201, '{"id": 5}');
  finish(form, 200);
  expect(ids()).toEqual([]);
});
