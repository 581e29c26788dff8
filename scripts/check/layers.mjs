/**
 * The layer rules of docs/architecture.md, as eslint.config.mjs enforces them and layers.test.ts tries them.
 *
 * @typedef {{ folder: string, mayImport: readonly string[] }} Layer
 */

const pure = ['dataset', 'ranking', 'synthetic']
const data = [...pure, 'media', 'formats', 'store', 'snapshot']
const learning = ['tensor', 'model', 'training']

/**
 * Each layer's folder and which others it may import; itself always. Nobody imports upwards: `cli` is on top.
 *
 * @type {Readonly<Record<string, Layer>>}
 */
export const layers = {
  dataset: { folder: 'core/dataset', mayImport: [] },
  ranking: { folder: 'core/ranking', mayImport: ['dataset'] },
  synthetic: { folder: 'core/synthetic', mayImport: ['dataset'] },
  media: { folder: 'core/media', mayImport: ['dataset'] },
  formats: { folder: 'core/formats', mayImport: ['dataset', 'media'] },
  store: { folder: 'core/store', mayImport: ['dataset'] },
  snapshot: { folder: 'core/snapshot', mayImport: ['dataset', 'store', 'media'] },
  tensor: { folder: 'core/tensor', mayImport: ['dataset', 'snapshot'] },
  model: { folder: 'core/model', mayImport: [...pure, 'snapshot', 'tensor'] },
  training: { folder: 'core/training', mayImport: [...pure, 'snapshot', 'tensor', 'model'] },
  api: { folder: 'core/api', mayImport: ['dataset', 'ranking'] },
  jobs: { folder: 'core/jobs', mayImport: [...data, ...learning, 'api'] },
  service: { folder: 'core/service', mayImport: [...data, ...learning, 'api', 'jobs'] },
  cli: { folder: 'core/cli', mayImport: ['dataset', 'api', 'service'] },
  renderer: { folder: 'renderer', mayImport: ['dataset', 'api'] },
  electron: { folder: 'electron', mayImport: [] },
  scripts: { folder: 'scripts', mayImport: [...data, ...learning, 'api', 'jobs', 'service', 'cli', 'bench'] },
  bench: { folder: 'test', mayImport: [...data, ...learning, 'api', 'jobs', 'service', 'cli', 'scripts'] },
}

/** What the trainer process and its callers agree on: plain types and constants, importable from every layer that talks of runs. */
export const runContract = [
  'core/training/configuration.ts',
  'core/training/balancingChoices.ts',
  'core/training/networkChoices.ts',
  'core/training/protocol.ts',
]

/** The layers above training's own that may import the run contract without importing training. */
export const runContractUsers = ['model', 'api', 'jobs', 'service', 'cli', 'renderer']

/** Files that may not touch the machine: no files, no processes, no network, no database, no pictures, no screen. */
export const pureFiles = [
  'core/dataset/**',
  'core/ranking/**',
  'core/synthetic/**',
  'core/api/**',
  'core/model/**',
  'core/training/{losses,balancing,parameters,metrics,batch,noise}/**',
]

export const machineModules = {
  group: [
    'fs',
    'fs/*',
    'node:fs',
    'node:fs/*',
    'child_process',
    'node:child_process',
    'net',
    'node:net',
    'http',
    'node:http',
    'https',
    'node:https',
    'worker_threads',
    'node:worker_threads',
    'better-sqlite3',
    'node:sqlite',
    'sharp',
    'yauzl',
    'yazl',
    'piscina',
    'pino',
    'electron',
    'vue',
    'pinia',
    'konva',
  ],
  message: 'This layer is pure: return a plan and let an outer layer do it.',
}

/** Only these may import tfjs. */
export const tensorFiles = ['core/tensor/**', 'core/model/**', 'core/training/**']

export const tensorModules = {
  group: ['@tensorflow/*', '@tensorflow/*/**'],
  message: 'tfjs is imported under core/tensor, core/model and core/training only.',
}
