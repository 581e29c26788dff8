import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Prints the modules that the service's procedures load, before any is called. */
const program = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
  await import(process.argv[1])
  console.log(JSON.stringify(loaded))
`

test('the service starts without the tensor library, the models and the training loop', async () => {
  const router = new URL('./router.ts', import.meta.url).href
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, router], {
    maxBuffer: 2 ** 24,
  })
  const loaded = JSON.parse(stdout) as string[]
  expect(loaded).toContain(router)
  expect(loaded.filter((url) => /@tensorflow|core\/model\/|core\/training\/step\.ts/.test(url))).toEqual([])
})
