/** For tests: a server's stream, as a browser would see it. */
export class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 1;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  static get last(): FakeSource {
    return FakeSource.opened.at(-1) as FakeSource;
  }

  say(name: string, content: object = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(content) }));
  }

  /** The line breaks; the browser tries again by itself, unless it was refused. */
  break(isRefused = false): void {
    this.readyState = isRefused ? 2 : 0;
    this.dispatchEvent(new Event("error"));
  }

  close(): void {
    this.readyState = 2;
  }
}

export function changed(...tickets: [number, number][]) {
  return { tickets, arrivals: false, deliveries: false };
}
