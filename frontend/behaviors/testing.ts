/** For tests: what htmx would tell of a request of this element. */
export function tell(element: Element, name: string, ctx: object = {}): void {
  const detail = { ctx: { sourceElement: element, ...ctx } };
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
}

export function finish(element: Element, status: number): void {
  const response = { status, headers: new Headers() };
  tell(element, "htmx:after:request", { response });
  tell(element, "htmx:finally:request", { response });
}
