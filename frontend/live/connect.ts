import type { Tell, Word } from "./news.ts";
import { Stream } from "./stream.ts";
import type { Request } from "./worker.ts";

/** Hear of changes: by the stream that all tabs share, else by one of our own. */
export function connect(url: string, tell: Tell): () => void {
  if (typeof SharedWorker === "undefined") return alone(url, tell);
  let end: () => void;
  try {
    end = shared(url, tell, () => {
      end();
      end = alone(url, tell);
    });
  } catch {
    return alone(url, tell);
  }
  return () => end();
}

function shared(url: string, tell: Tell, fail: () => void): () => void {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "opora-live",
  });
  const say = (request: Request) => worker.port.postMessage(request);
  worker.addEventListener("error", fail);
  worker.port.onmessage = ({ data }: MessageEvent<Word>) => tell(data);
  say({ kind: "join", url });
  return () => {
    say({ kind: "leave" });
    worker.port.close();
  };
}

function alone(url: string, tell: Tell): () => void {
  const stream = new Stream(url, tell);
  return () => stream.close();
}
