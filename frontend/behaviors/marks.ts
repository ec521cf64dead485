export type Mark = "bold" | "italic" | "list" | "quote" | "code" | "link";

interface Marked {
  text: string;
  /** What is selected afterwards, counted from the start of `text`. */
  from: number;
  to: number;
}

const AROUND = { bold: "**", italic: "_", code: "`" };
const BEFORE = { list: "- ", quote: "> " };

/** Light Markdown put around what is selected; the same mark again takes it away. */
export function marked(mark: Mark, selected: string): Marked {
  if (mark === "link") return asLink(selected);
  if (mark === "list" || mark === "quote") return asLines(selected, BEFORE[mark]);
  if (mark === "code" && selected.includes("\n")) return whole(`\`\`\`\n${selected}\n\`\`\``);
  return around(selected, AROUND[mark]);
}

function around(selected: string, sign: string): Marked {
  const size = sign.length;
  const isMarked =
    selected.length > 2 * size && selected.startsWith(sign) && selected.endsWith(sign);
  if (isMarked) return whole(selected.slice(size, -size));
  return { text: sign + selected + sign, from: size, to: size + selected.length };
}

function asLines(selected: string, sign: string): Marked {
  const lines = selected.split("\n");
  const areMarked = lines.every((line) => line.startsWith(sign));
  const text = lines.map((line) => (areMarked ? line.slice(sign.length) : sign + line)).join("\n");
  return selected ? whole(text) : { text, from: text.length, to: text.length };
}

/** An address becomes the target and waits for its words; words wait for their address. */
function asLink(selected: string): Marked {
  if (/^https?:\/\/\S+$/.test(selected)) return { text: `[](${selected})`, from: 1, to: 1 };
  const at = selected.length + 3;
  return { text: `[${selected}](https://)`, from: at, to: at + "https://".length };
}

function whole(text: string): Marked {
  return { text, from: 0, to: text.length };
}
