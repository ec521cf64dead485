import { recall, remember } from "./storage.ts";

const KEY = "opora-keys";

export function areKeysOff(): boolean {
  return recall(localStorage, KEY) === "off";
}

/** A checkbox: whether single letters work on this computer. */
export default function keysSwitch(element: HTMLElement): () => void {
  const box = element as HTMLInputElement;
  box.checked = !areKeysOff();
  const change = () => remember(localStorage, KEY, box.checked ? null : "off");
  box.addEventListener("change", change);
  return () => box.removeEventListener("change", change);
}
