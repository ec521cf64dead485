import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    isolate: false, // one window a process: twelve times as fast, and every test lets go of its own
    include: ["{behaviors,live}/**/*.test.ts"],
  },
});
