import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const lucide = join(here, "..", "node_modules", "lucide-static", "icons");

/** The drawing of one SVG file as a symbol; strokes and colours come from the class of whoever uses it. */
export function symbol(id: string, svg: string): string {
  const box = /viewBox="([^"]+)"/.exec(svg)?.[1];
  const drawing = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (!box || drawing === undefined) throw new Error(`${id} is no drawing`);
  return `<symbol id="${id}" viewBox="${box}">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
}

/** Lucide's icons named in lucide.txt as i-*, our own drawings under their file names. */
export function drawSprite(): string {
  const names = readFileSync(join(here, "lucide.txt"), "utf8").split("\n").filter(Boolean);
  const theirs = names.map((name) =>
    symbol(`i-${name}`, readFileSync(join(lucide, `${name}.svg`), "utf8")),
  );
  const own = readdirSync(join(here, "own")).map((file) =>
    symbol(file.replace(".svg", ""), readFileSync(join(here, "own", file), "utf8")),
  );
  return `<!-- i-*: Lucide, ISC License, https://lucide.dev/license --><svg xmlns="http://www.w3.org/2000/svg">${[...theirs, ...own].join("")}</svg>`;
}

export function sprite(): Plugin {
  return {
    name: "opora-sprite",
    apply: "build",
    buildStart() {
      this.emitFile({
        type: "asset",
        name: "sprite.svg",
        originalFileName: "sprite.svg",
        source: drawSprite(),
      });
      this.emitFile({
        type: "asset",
        name: "icon.svg",
        originalFileName: "icon.svg",
        source: readFileSync(join(here, "icon.svg")),
      });
    },
  };
}
