// How the app is built (`dist/`, embedded or read by the server) and served while one writes it.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env['JIANWEI_SERVER'] ?? 'http://127.0.0.1:8808'

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy: { '/api': server } },
  preview: { host: '127.0.0.1', port: 5174, strictPort: true, proxy: { '/api': server } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Strict content security: no inlined data, no polyfill script in the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1600,
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', reporters: ['default', './counting-reporter.ts'] },
})
