import { Hub } from "./hub.ts";
import type { Word } from "./news.ts";

/** What a tab says: where the stream is, or that it goes. */
export type Request = { kind: "join"; url: string } | { kind: "leave" };

const hub = new Hub();

// The types of the page and of a worker exclude each other; this is all we need of the latter.
const scope = self as unknown as { onconnect: (event: MessageEvent) => void };

scope.onconnect = ({ ports: [port] }) => {
  if (!port) return;
  const tell = (word: Word) => port.postMessage(word);
  port.onmessage = ({ data }: MessageEvent<Request>) => {
    if (data.kind === "join") hub.join(tell, data.url);
    else hub.leave(tell);
  };
};
