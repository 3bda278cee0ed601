import { defineConfig } from 'vite'
import type { UserConfig } from 'vite'

const config: UserConfig = defineConfig({
  // Relative, so that the built folder works wherever it is put.
  base: './',
  // These know light-dark(), which the styles are written in.
  build: { target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'] },
  worker: { format: 'es' },
  // The bundled sample stands beside this folder.
  server: { fs: { allow: ['..', '../..'] } },
})

export default config
