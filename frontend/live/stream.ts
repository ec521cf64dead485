import type { News, Tell } from "./news.ts";

const SILENCE = 40_000; // milliseconds; the server speaks at least every 15 s
const GRACE = 2000; // a line that breaks for a moment is not worth a word
const RETRY = 10_000; // after a refusal, which the browser would not repeat by itself

/** Hold the stream of changes open, and say when it is not. */
export class Stream {
  state: "opening" | "open" | "down" = "opening";
  private readonly url: string;
  private readonly tell: Tell;
  private source: EventSource | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private grace: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private wasOpen = false;

  constructor(url: string, tell: Tell) {
    this.url = url;
    this.tell = tell;
    this.connect();
  }

  close(): void {
    this.source?.close();
    for (const timer of [this.silence, this.grace, this.retry]) clearTimeout(timer);
  }

  private connect(): void {
    this.source?.close();
    const source = new EventSource(this.url);
    this.source = source;
    this.heard();
    source.addEventListener("ping", () => this.heard());
    source.addEventListener("up", () => this.open());
    source.addEventListener("down", () => this.lose());
    source.addEventListener("changed", (event) => this.change(event as MessageEvent<string>));
    source.addEventListener("error", () => this.fail(source));
  }

  private heard(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.lose();
      this.connect();
    }, SILENCE);
  }

  private open(): void {
    this.heard();
    clearTimeout(this.grace);
    this.grace = undefined;
    this.state = "open";
    this.tell({ kind: "open", again: this.wasOpen });
    this.wasOpen = true;
  }

  private change(event: MessageEvent<string>): void {
    this.heard();
    this.tell({ kind: "changed", news: JSON.parse(event.data) as News });
  }

  private fail(source: EventSource): void {
    this.grace ??= setTimeout(() => this.lose(), GRACE);
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), RETRY * (0.5 + Math.random()));
  }

  private lose(): void {
    this.heard();
    this.wasOpen = true;
    if (this.state === "down") return;
    this.state = "down";
    this.tell({ kind: "down" });
  }
}
