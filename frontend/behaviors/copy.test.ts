import { expect, test, vi } from "vitest";
import copy from "./copy.ts";

test("it copies, says so, and takes its own name again", async () => {
  vi.useFakeTimers();
  const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  document.body.innerHTML =
    '<button data-copy="https://desk.example/in/5" data-copied="Copied">Copy</button>';
  const button = document.querySelector("button") as HTMLElement;
  copy(button);
  button.click();
  await vi.advanceTimersByTimeAsync(0);
  expect(written).toHaveBeenCalledWith("https://desk.example/in/5");
  expect(button.textContent).toBe("Copied");
  await vi.advanceTimersByTimeAsync(2000);
  expect(button.textContent).toBe("Copy");
  vi.useRealTimers();
});
