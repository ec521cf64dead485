import { defineConfig } from "vite";
import { sprite } from "./icons/sprite.ts";

// The oldest browsers the pages are made for: autumn 2022. Lightning CSS compiles light-dark() for them.
const version = (major: number): number => major << 16;

export default defineConfig({
  base: "/static/",
  plugins: [sprite()],
  css: {
    transformer: "lightningcss",
    lightningcss: {
      targets: {
        chrome: version(108),
        edge: version(108),
        firefox: version(110),
        safari: version(16),
        ios_saf: version(16),
      },
    },
  },
  build: {
    outDir: "../src/opora/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    cssMinify: "lightningcss",
    target: ["chrome108", "firefox110", "safari16"],
    // Strict CSP: no data: scripts or fonts, and no polyfill that needs an inline script.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: { input: ["app.ts", "app.css"] },
  },
});
