import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { watch } from "./registry.ts";

const HERE = import.meta.dirname;
const PACKAGE = join(HERE, "..", "..", "src", "opora");

test("behaviors are attached to what is there and to what comes, and let go of what goes", async () => {
  const ends = vi.fn();
  const attached = vi.fn(() => ends);
  document.body.innerHTML = '<p data-behavior="one"></p>';
  watch(new Map([["one", attached]]));
  expect(attached).toHaveBeenCalledTimes(1);
  document.body.insertAdjacentHTML("beforeend", '<div><p data-behavior="one"></p></div>');
  await vi.waitFor(() => expect(attached).toHaveBeenCalledTimes(2));
  document.querySelector("div")?.remove();
  await vi.waitFor(() => expect(ends).toHaveBeenCalledTimes(1));
});

function templates(): [name: string, text: string][] {
  const names = readdirSync(PACKAGE, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".html") && !name.startsWith("static"))
    .map((name) => [name, readFileSync(join(PACKAGE, name), "utf8")]);
}

test("every behavior that a template names exists, and has its test", () => {
  const named = templates().flatMap(([name, text]) =>
    [...text.matchAll(/data-behavior="([^"{]*)"/g)].flatMap(([, found]) =>
      (found ?? "").split(/\s+/).map((behavior) => [name, behavior] as const),
    ),
  );
  const missing = named.filter(
    ([, behavior]) =>
      !existsSync(join(HERE, `${behavior}.ts`)) || !existsSync(join(HERE, `${behavior}.test.ts`)),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

// What htmx would have to evaluate is blocked by the pages' policy, silently.
test.each([
  ["hx-on", /\shx-on[:=]/],
  ["a filter of a trigger", /hx-trigger="[^"]*\[/],
  ["js: values", /hx-(vals|headers)[^=]*=['"]js:/],
  ["an inline handler", /\son(click|change|submit|load|input)=/],
  ["an inline style", /\sstyle=/],
  ["an inline script", /<script(?![^>]*\ssrc=)/],
])("no template uses %s", (_what, pattern) => {
  const found = templates().filter(([, text]) => pattern.test(text));
  expect(found.map(([name]) => name)).toEqual([]);
});
