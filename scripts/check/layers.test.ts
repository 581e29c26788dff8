import path from 'node:path'
import { ESLint } from 'eslint'
import { beforeAll, describe, expect, test } from 'vitest'
import { layers, runContract } from './layers.mjs'

const root = path.resolve(import.meta.dirname, '..', '..')
const eslint = new ESLint({ cwd: root })

/** Rules that a file of this text at this place breaks. */
async function rulesBroken(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path.join(root, file) })
  return result.messages.map((message) => message.ruleId ?? message.message)
}

const use = (module: string) => `import * as used from '${module}'\nexport const probe = used\n`
const layerRule = 'boundaries/dependencies'
const moduleRule = '@typescript-eslint/no-restricted-imports'

beforeAll(async () => {
  await rulesBroken('core/dataset/probe.ts', 'export const one = 1\n')
}, 30_000)

describe('the layer rules', () => {
  test.each([
    ['core/dataset/probe.ts', '../formats/format.ts'],
    ['core/ranking/probe.ts', '../training/configuration.ts'],
    ['core/synthetic/probe.ts', '../ranking/history.ts'],
    ['core/formats/probe.ts', '../store/project.ts'],
    ['core/media/probe.ts', '../formats/format.ts'],
    ['core/store/probe.ts', '../formats/format.ts'],
    ['core/snapshot/probe.ts', '../training/protocol.ts'],
    ['core/tensor/probe.ts', '../training/configuration.ts'],
    ['core/model/probe.ts', '../training/loop.ts'],
    ['core/training/probe.ts', '../store/project.ts'],
    ['core/jobs/probe.ts', '../cli/main.mjs'],
    ['core/service/probe.ts', '../cli/main.mjs'],
    ['core/cli/probe.ts', '../store/project.ts'],
    ['core/cli/verbs/probe.ts', '../../jobs/jobRunner.ts'],
    ['renderer/app/probe.ts', '../../core/training/loop.ts'],
    ['renderer/features/data/Probe.ts', '../../../core/service/router.ts'],
    ['renderer/ui/probe.ts', '../../core/store/project.ts'],
    ['core/service/probe.ts', '../../renderer/commands/keys.ts'],
    ['electron/probe.ts', '../core/dataset/label.ts'],
    ['electron/probe.ts', '../renderer/desktop/desktopBridge.ts'],
    ['core/dataset/probe.ts', '../../scripts/check/layers.mjs'],
  ])('a file %s that imports %s is reported', async (file, module) => {
    expect(await rulesBroken(file, use(module))).toEqual([layerRule])
  })

  test('a type is a dependency too', async () => {
    const text =
      "import type { RunConfiguration } from '../training/configuration.ts'\nexport type Probe = RunConfiguration\n"
    expect(await rulesBroken('core/dataset/probe.ts', text)).toEqual([layerRule])
  })

  test.each([
    ['core/formats/probe.ts', '../dataset/label.ts'],
    ['core/training/losses/probe.ts', '../configuration.ts'],
    ['core/model/probe.ts', '../training/configuration.ts'],
    ['core/cli/probe.ts', '../training/protocol.ts'],
    ['core/jobs/probe.ts', '../store/project.ts'],
    ['renderer/features/data/probe.ts', '../../../core/api/labels.ts'],
    ['renderer/app/probe.ts', '../../core/dataset/label.ts'],
  ])('a file %s that imports %s is not', async (file, module) => {
    expect(await rulesBroken(file, use(module))).toEqual([])
  })

  test('every folder of core has its layer', async () => {
    const { readdir } = await import('node:fs/promises')
    const entries = await readdir(path.join(root, 'core'), { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `core/${entry.name}`)
    expect(Object.values(layers).map((layer) => layer.folder)).toEqual(expect.arrayContaining(folders))
    expect(runContract).toEqual([
      'core/training/configuration.ts',
      'core/training/balancingChoices.ts',
      'core/training/networkChoices.ts',
      'core/training/protocol.ts',
    ])
  })
})

describe('components of the windows', () => {
  const component = (module: string) =>
    `<script setup lang="ts">\nimport * as used from '${module}'\n</script>\n\n<template>\n  <p>{{ used }}</p>\n</template>\n`

  test.each([
    ['../../../core/store/project.ts', [layerRule]],
    ['../../../core/api/home.ts', []],
    ['@tensorflow/tfjs', [moduleRule]],
  ])('one that imports %s breaks %j', async (module, broken) => {
    expect(await rulesBroken('renderer/features/data/ProbeView.vue', component(module))).toEqual(broken)
  })

  test('markup from strings is refused', async () => {
    const text =
      '<template>\n  <p v-html="text" />\n</template>\n\n<script setup lang="ts">\nconst text = 1\n</script>\n'
    expect(await rulesBroken('renderer/features/data/ProbeView.vue', text)).toContain('vue/no-v-html')
  })
})

describe('the pure layers', () => {
  test.each([
    ['core/dataset/probe.ts', 'node:fs'],
    ['core/dataset/probe.ts', 'node:fs/promises'],
    ['core/ranking/probe.ts', 'better-sqlite3'],
    ['core/synthetic/probe.ts', 'sharp'],
    ['core/training/parameters/probe.ts', 'node:fs'],
    ['core/training/losses/probe.ts', 'node:child_process'],
    ['core/model/probe.ts', 'node:fs'],
    ['core/api/probe.ts', 'better-sqlite3'],
    ['core/formats/probe.ts', '@tensorflow/tfjs'],
    ['core/jobs/probe.ts', '@tensorflow/tfjs-backend-wasm'],
    ['core/ranking/probe.ts', '@tensorflow/tfjs'],
  ])('a file %s that imports %s is reported', async (file, module) => {
    expect(await rulesBroken(file, use(module))).toEqual([moduleRule])
  })

  test.each([
    ['core/store/probe.ts', 'better-sqlite3'],
    ['core/media/probe.ts', 'sharp'],
    ['core/training/losses/probe.ts', '@tensorflow/tfjs'],
    ['core/training/probe.ts', 'node:fs'],
    ['core/dataset/probe.test.ts', 'node:fs'],
  ])('a file %s that imports %s is not', async (file, module) => {
    expect(await rulesBroken(file, use(module))).toEqual([])
  })
})

describe('the strict rules', () => {
  test.each([
    ['@typescript-eslint/no-explicit-any', 'export const value: any = 1\n'],
    ['@typescript-eslint/no-non-null-assertion', 'export const first = (list: (string | null)[]) => list[0]!\n'],
    ['@typescript-eslint/ban-ts-comment', '// @ts-ignore\nexport const value = 1\n'],
  ])('%s reports its violation', async (rule, text) => {
    expect(await rulesBroken('core/jobs/probe.ts', text)).toEqual([rule])
  })
})
