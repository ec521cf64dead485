import { expect, test } from "vitest";
import { type Mark, marked } from "./marks.ts";

test.each<[Mark, string, string]>([
  ["bold", "now", "**now**"],
  ["bold", "**now**", "now"],
  ["italic", "now", "_now_"],
  ["code", "ls", "`ls`"],
  ["code", "a\nb", "```\na\nb\n```"],
  ["list", "a\nb", "- a\n- b"],
  ["list", "- a\n- b", "a\nb"],
  ["quote", "a", "> a"],
  ["link", "here", "[here](https://)"],
  ["link", "https://a.example/b", "[](https://a.example/b)"],
])("%s on %j gives %j", (mark, selected, text) => {
  expect(marked(mark, selected).text).toBe(text);
});

test("what was selected stays selected", () => {
  const { text, from, to } = marked("bold", "now");
  expect(text.slice(from, to)).toBe("now");
});
