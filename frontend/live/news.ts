/** What the server tells: ids and versions, nothing of what stands in a ticket. */
export interface News {
  tickets: [id: number, version: number][];
  arrivals: boolean;
  deliveries: boolean;
}

/** What a tab is told. `again`: the stream was away, so anything may have changed. */
export type Word =
  | { kind: "open"; again: boolean }
  | { kind: "down" }
  | { kind: "changed"; news: News };

export type Tell = (word: Word) => void;

/** All of it as one; of a ticket the newest version. */
export function together(several: News[]): News {
  const tickets = new Map<number, number>();
  for (const [id, version] of several.flatMap((news) => news.tickets)) {
    tickets.set(id, Math.max(version, tickets.get(id) ?? 0));
  }
  return {
    tickets: [...tickets],
    arrivals: several.some((news) => news.arrivals),
    deliveries: several.some((news) => news.deliveries),
  };
}
