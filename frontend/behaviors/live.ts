import { connect } from "../live/connect.ts";
import type { Word } from "../live/news.ts";
import { Page } from "../live/page.ts";

const POLL = 30_000; // milliseconds

/** The page hears of changes; while it does not, it says so and asks by itself. */
export default function live(element: HTMLElement): () => void {
  const url = element.dataset.stream ?? "/live/";
  const notice = element.querySelector<HTMLElement>(".live-state");
  const page = new Page();
  let polling: ReturnType<typeof setInterval> | undefined;
  let end: () => void;

  const hear = (word: Word) => {
    if (word.kind === "changed") return page.hear(word.news);
    element.dataset.state = word.kind;
    const isDown = word.kind === "down";
    if (notice) notice.hidden = !isDown;
    clearInterval(polling);
    if (isDown) polling = setInterval(() => page.renew(), POLL);
    else if (word.again) page.renew();
  };
  const leave = () => end();
  // The browser has kept the page as it was, and shows it again.
  const comeBack = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    end = connect(url, hear);
    page.renew();
  };

  end = connect(url, hear);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
  return () => {
    end();
    page.close();
    clearInterval(polling);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", comeBack);
  };
}
