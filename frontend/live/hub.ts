import { type News, type Tell, together, type Word } from "./news.ts";
import { Stream } from "./stream.ts";

const LINGER = 5000; // milliseconds; between two pages of the only tab nobody listens
const RECENT = 30_000; // a page that was made a moment ago hears what it just missed

/** One stream for all tabs of a browser. */
export class Hub {
  private readonly tabs = new Set<Tell>();
  private stream: Stream | undefined;
  private recent: { at: number; news: News }[] = [];
  private leaving: ReturnType<typeof setTimeout> | undefined;

  join(tab: Tell, url: string): void {
    clearTimeout(this.leaving);
    this.tabs.add(tab);
    this.stream ??= new Stream(url, (word) => this.hear(word));
    if (this.stream.state === "down") tab({ kind: "down" });
    if (this.stream.state !== "open") return;
    tab({ kind: "open", again: false });
    const missed = this.stillRecent().map(({ news }) => news);
    if (missed.length > 0) tab({ kind: "changed", news: together(missed) });
  }

  leave(tab: Tell): void {
    this.tabs.delete(tab);
    if (this.tabs.size > 0) return;
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => {
      this.stream?.close();
      this.stream = undefined;
      this.recent = [];
    }, LINGER);
  }

  private hear(word: Word): void {
    if (word.kind === "changed") {
      this.recent = [...this.stillRecent(), { at: Date.now(), news: word.news }];
    }
    for (const tab of this.tabs) tab(word);
  }

  private stillRecent(): { at: number; news: News }[] {
    return this.recent.filter(({ at }) => at > Date.now() - RECENT);
  }
}
