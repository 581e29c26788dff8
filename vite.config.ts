import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** The windows' pages: `renderer/` into `dist/renderer/`, served from `/` by `mend serve` and from studio:// on the desktop. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, 'renderer'),
  base: '/',
  plugins: [vue()],
  build: {
    outDir: path.resolve(import.meta.dirname, 'dist', 'renderer'),
    emptyOutDir: true,
    // Chromium 130 is the oldest window it must run in (an Electron 33).
    target: 'chrome130',
    // A data: picture or font would need more of the CSP than a file does.
    assetsInlineLimit: 0,
    // The polyfill is an inline script.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
})
