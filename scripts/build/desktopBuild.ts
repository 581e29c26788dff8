import fs from 'node:fs'
import path from 'node:path'
import { findNode24 } from '../../core/cli/node24.mjs'
import { MendError } from '../../core/dataset/mendError.ts'
import { newest } from './rendererBuild.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const output = path.join(root, 'dist', 'electron')
const icon = path.join(root, 'renderer', 'public', 'icon.svg')
const iconPixels = 256
const sources = [path.join(root, 'electron'), icon, import.meta.filename, path.join(root, 'package.json')]

/** Whether dist/electron is missing or older than a source. */
export function desktopIsStale(): boolean {
  const built = fs.statSync(path.join(output, 'runtime.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return sources.some((source) => newest(source) > built)
}

/**
 * Builds the application folder that Electron opens: the main process and the preload script as one CommonJS file each (a
 * sandboxed preload script can be nothing else), the icon, and where Node and the service lie.
 *
 * @throws MendError `no-node-24`
 */
export async function buildDesktop(): Promise<void> {
  const node = findNode24(root)
  if (node === null) throw new MendError('no-node-24', 'there is no Node 24 here', 'install Node 24 or newer')
  // Loaded only to build: every start looks whether it has to.
  const [{ build }, { default: sharp }] = await Promise.all([import('esbuild'), import('sharp')])
  const started = new Date()
  const entry = (name: string): string => path.join(root, 'electron', `${name}.ts`)
  await build({
    entryPoints: { main: entry('main'), preload: entry('preload') },
    outdir: output,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    // Electron 33 has Node 20.
    target: 'node20',
    external: ['electron'],
    minify: false,
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'warning',
  })
  await sharp(icon, { density: 72 * (iconPixels / 32) })
    .resize(iconPixels, iconPixels)
    .png()
    .toFile(path.join(output, 'icon.png'))
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const manifest = { name: 'mend-studio', productName: 'Mend Studio', version, main: 'main.cjs' }
  fs.writeFileSync(path.join(output, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const within = (file: string): string => (file.startsWith(root + path.sep) ? path.relative(output, file) : file)
  const runtime = { node: within(node), service: within(path.join(root, 'core', 'service', 'main.ts')) }
  // Last, since it says that the rest is there.
  fs.writeFileSync(path.join(output, 'runtime.json'), `${JSON.stringify(runtime, null, 2)}\n`)
  fs.utimesSync(path.join(output, 'runtime.json'), started, started)
}
