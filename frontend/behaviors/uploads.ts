import { icon } from "./icon.ts";
import { whenSent } from "./requests.ts";
import { type Upload, upload } from "./upload.ts";

/** Files that are dropped, pasted or chosen go up at once, one by one, while one is writing. */
export default function uploads(element: HTMLElement): () => void {
  const form = element as HTMLFormElement;
  const list = form.querySelector("[data-uploads]") as HTMLElement;
  const ends = new AbortController();
  const { signal } = ends;
  const running = new Map<Element, Upload>();
  let waits: HTMLElement | null | undefined; // the button that was pressed too early

  const add = (files: Iterable<File>) => {
    for (const file of files) start(file);
  };
  const start = (file: File) => {
    const item = itemFor(file);
    item.append(removal(file.name, form));
    list.append(item);
    const bar = item.querySelector("progress");
    const token = form.querySelector<HTMLInputElement>('[name="csrfmiddlewaretoken"]')?.value ?? "";
    const sending = upload(form.dataset.upload ?? "", file, token, (share) => {
      if (bar) bar.value = share;
    });
    running.set(item, sending);
    sending.done
      .then(({ id }) => item.append(hidden(id)))
      .catch((reason: string) => fail(item, reason || (form.dataset.tooMany ?? "")))
      .finally(() => finish(item));
  };
  const finish = (item: Element) => {
    item.querySelector("progress")?.remove();
    running.delete(item);
    if (running.size > 0 || waits === undefined) return;
    const button = waits;
    waits = undefined;
    if (!list.querySelector('[data-state="failed"]')) form.requestSubmit(button);
  };
  const remove = (event: Event) => {
    const item = (event.target as Element).closest("button") && itemOf(event.target as Element);
    if (!item) return;
    running.get(item)?.stop();
    item.remove();
    form.querySelector("textarea")?.focus();
  };
  const wait = (event: SubmitEvent) => {
    if (event.target !== form || running.size === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waits = event.submitter;
  };
  const drop = (event: DragEvent) => {
    form.removeAttribute("data-dropping");
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    add(event.dataTransfer?.files ?? []);
  };
  const over = (event: DragEvent) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    form.setAttribute("data-dropping", "");
  };
  const paste = (event: ClipboardEvent) => {
    // A word processor puts a picture of the text beside the text: the text is meant.
    if (!hasFiles(event.clipboardData) || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    add(event.clipboardData?.files ?? []);
  };
  const choose = (event: Event) => {
    const field = event.target as HTMLInputElement;
    if (field.type !== "file") return;
    add([...(field.files ?? [])]);
    field.value = "";
  };
  const leave = (event: DragEvent) => {
    if (!form.contains(event.relatedTarget as Node | null)) form.removeAttribute("data-dropping");
  };

  // A form that came back corrected brings its files along.
  for (const item of list.children) item.append(removal(item.textContent?.trim() ?? "", form));
  list.addEventListener("click", remove, { signal });
  form.addEventListener("drop", drop, { signal });
  form.addEventListener("dragover", over, { signal });
  form.addEventListener("dragleave", leave, { signal });
  form.addEventListener("paste", paste, { signal });
  form.addEventListener("change", choose, { signal });
  document.addEventListener("submit", wait, { capture: true, signal });
  const end = whenSent(form, () => list.replaceChildren());
  return () => {
    end();
    ends.abort();
  };
}

function hasFiles(carrier: DataTransfer | null): boolean {
  return carrier?.types.includes("Files") ?? false;
}

function itemOf(inner: Element): Element | null {
  return inner.closest("[data-uploads] > *");
}

function itemFor(file: File): HTMLElement {
  const item = document.createElement("span");
  item.className = "file";
  const picture = document.createElement("span");
  picture.className = "file-pic";
  picture.append(icon("file-text"));
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  name.append(file.name, " ", bar);
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(picture, name);
  return item;
}

function removal(name: string, form: HTMLFormElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "text-button";
  button.setAttribute("aria-label", `${form.dataset.remove ?? ""} ${name}`.trim());
  button.append(icon("x"));
  return button;
}

function fail(item: HTMLElement, reason: string): void {
  item.dataset.state = "failed";
  item.querySelector("span:not(.file-pic)")?.append(` ${reason}`);
}

function hidden(id: number): HTMLInputElement {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "attachments";
  field.value = String(id);
  return field;
}
