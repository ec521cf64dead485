import { isShown } from "./keys.ts";
import { type Mark, marked } from "./marks.ts";
import { whenSent } from "./requests.ts";

const CHORDS: Record<string, Mark> = { KeyB: "bold", KeyI: "italic", KeyK: "link" };

/** The answer: reply or note, light formatting, Ctrl+Enter, and an empty form after it was sent. */
export default function composer(element: HTMLElement): () => void {
  const form = element as HTMLFormElement;
  const text = form.querySelector("textarea") as HTMLTextAreaElement;
  const ends = new AbortController();
  const { signal } = ends;
  let sent = "";

  const click = (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-mark]");
    if (button) put(text, button.dataset.mark as Mark);
  };
  // The keyboard stands in the text; a press on a tool must not take it away.
  const hold = (event: Event) => {
    if ((event.target as Element).closest("[data-mark]")) event.preventDefault();
  };
  // By mouse or by its key; whoever goes through the kinds with the arrows stays with them.
  const choose = (event: MouseEvent) => {
    const isKind = (event.target as Element).closest('.switch, [name="kind"]') !== null;
    if (isKind && (event.detail > 0 || !event.isTrusted)) text.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const mark = event.target === text && !event.shiftKey && CHORDS[event.code];
    if (event.key === "Enter") send(form);
    else if (mark) put(text, mark);
    else return;
    event.preventDefault();
  };

  const { placeholder } = text;
  const name = () => {
    const isNote = form.querySelector<HTMLInputElement>('input[value="note"]')?.checked;
    text.placeholder = (isNote && text.dataset.note) || placeholder;
  };

  name();
  form.addEventListener("change", name, { signal });
  form.addEventListener("click", click, { signal });
  form.addEventListener("mousedown", hold, { signal });
  form.addEventListener("click", choose, { signal });
  form.addEventListener("keydown", press, { signal });
  form.addEventListener("htmx:before:request", () => (sent = text.value), { signal });
  const end = whenSent(form, () => {
    begin(form, text, sent);
    name();
  });
  if (form.querySelector('[aria-invalid="true"], .notice')) text.focus();
  return () => {
    end();
    ends.abort();
  };
}

function send(form: HTMLFormElement): void {
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("[data-send]")];
  form.requestSubmit(buttons.find(isShown) ?? null);
}

/** Through the browser's own editing where it can, so that Ctrl+Z takes it back. */
function put(text: HTMLTextAreaElement, mark: Mark): void {
  const start = text.selectionStart;
  const change = marked(mark, text.value.slice(start, text.selectionEnd));
  text.focus();
  if (!document.execCommand?.("insertText", false, change.text)) {
    text.setRangeText(change.text);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(start + change.from, start + change.to);
}

/** The page around the form is the new one by now; the form itself was not replaced. */
function begin(form: HTMLFormElement, text: HTMLTextAreaElement, sent: string): void {
  // Whoever went on typing while the answer was on its way keeps what they typed.
  if (text.value.startsWith(sent)) text.value = text.value.slice(sent.length);
  for (const said of form.querySelectorAll(".notice, .field-error")) said.remove();
  text.removeAttribute("aria-invalid");
  const reply = form.querySelector<HTMLInputElement>('input[name="kind"][value="reply"]');
  if (reply) reply.checked = true;
  form.querySelector<HTMLElement>("[popover]")?.hidePopover?.();
}
