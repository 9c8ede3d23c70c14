// How the app is built (`dist/`, embedded or read by the server) and served while one writes it.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env['JIANWEI_SERVER'] ?? 'http://127.0.0.1:8808'

export default defineConfig(async ({ mode }) => ({
  // The mock answers instead of a server; it is loaded in this mode only and is never part of a build.
  plugins: [react(), ...(mode === 'mock' ? [(await import('./dev/mock.ts')).mock()] : [])],
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy: mode === 'mock' ? undefined : { '/api': server } },
  // The built app under the policy that a server should send with it; the API is passed on.
  preview: {
    host: '127.0.0.1',
    port: 5174,
    strictPort: true,
    proxy: { '/api': server },
    headers: { 'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" },
  },
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
}))
