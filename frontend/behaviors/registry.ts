/** Attaches itself to one element; returns how to let go of it, when there is something to let go. */
// biome-ignore lint/suspicious/noConfusingVoidType: a behavior without an end returns nothing
export type Behavior = (element: HTMLElement) => (() => void) | void;

type Ends = Map<string, (() => void) | undefined>;

const attached = new WeakMap<Element, Ends>();

/** Attach behaviors to what is on the page and to whatever a swap puts there later. */
export function watch(behaviors: Map<string, Behavior>, root: ParentNode = document): void {
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.removedNodes) within(node, detach);
      for (const node of change.addedNodes) within(node, (found) => attach(found, behaviors));
      if (change.type === "attributes") attach(change.target as HTMLElement, behaviors);
    }
  });
  const options = { subtree: true, childList: true, attributeFilter: ["data-behavior"] };
  observer.observe(root as Node, options);
  for (const found of root.querySelectorAll<HTMLElement>("[data-behavior]")) {
    attach(found, behaviors);
  }
}

function within(node: Node, act: (element: HTMLElement) => void): void {
  if (!(node instanceof HTMLElement)) return;
  if (node.matches("[data-behavior]")) act(node);
  for (const inner of node.querySelectorAll<HTMLElement>("[data-behavior]")) act(inner);
}

function attach(element: HTMLElement, behaviors: Map<string, Behavior>): void {
  const ends: Ends = attached.get(element) ?? new Map();
  attached.set(element, ends);
  for (const name of (element.dataset.behavior ?? "").split(/\s+/).filter(Boolean)) {
    const behavior = behaviors.get(name);
    if (!behavior) throw new Error(`There is no behavior ${name}.`);
    if (!ends.has(name)) ends.set(name, behavior(element) ?? undefined);
  }
}

function detach(element: HTMLElement): void {
  // A morph may move an element: it is out and in again within one turn, and keeps what it has.
  if (element.isConnected) return;
  for (const end of attached.get(element)?.values() ?? []) end?.();
  attached.delete(element);
}
