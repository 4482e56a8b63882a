import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { docsPages } from './docs-pages.ts';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue(), docsPages()],
  define: { __VUE_OPTIONS_API__: 'false' },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    // The content security policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    // The player is a large chunk of its own, fetched with the first video that is played.
    chunkSizeWarningLimit: 700,
  },
});
