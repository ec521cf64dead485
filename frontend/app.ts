import "htmx.org/dist/htmx.esm.js";
import { type Behavior, watch } from "./behaviors/registry.ts";

// Every file of the folder is a behavior, attached by its name: data-behavior="composer".
const files = import.meta.glob<{ default?: Behavior }>(
  ["./behaviors/*.ts", "!./behaviors/*.test.ts"],
  { eager: true },
);

watch(
  new Map(
    Object.entries(files).flatMap(([path, file]) =>
      file.default ? [[path.replace(/^.*\/|\.ts$/g, ""), file.default] as const] : [],
    ),
  ),
);
