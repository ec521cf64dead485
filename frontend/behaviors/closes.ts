import { whenSent } from "./requests.ts";

/** A form in a dialog: taken by the server, it empties itself and the dialog goes. */
export default function closes(element: HTMLElement): () => void {
  return whenSent(element, () => {
    (element as HTMLFormElement).reset();
    element.closest("dialog")?.close();
  });
}
