import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseGpuQuery, readNvidiaState } from './nvidia.ts'

let folder = ''
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mend-nvidia-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** A program that does what the tool does: the process, its pipes and its status are real. */
function tool(name: string, script: string): string {
  const file = path.join(folder, name)
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return file
}

describe("what the driver's tool prints", () => {
  it('is read, a GPU a line', () => {
    // driver 550, two data-centre GPUs, as printed with noheader,nounits
    const output = '0, NVIDIA H200, 143771, 1027, 37, 41, 550.90.07\n1, NVIDIA H200, 143771, 0, 0, 28, 550.90.07\n'
    expect(parseGpuQuery(output)).toEqual([
      {
        index: 0,
        name: 'NVIDIA H200',
        memoryTotalMb: 143771,
        memoryUsedMb: 1027,
        utilisationPercent: 37,
        temperatureCelsius: 41,
        driverVersion: '550.90.07',
      },
      {
        index: 1,
        name: 'NVIDIA H200',
        memoryTotalMb: 143771,
        memoryUsedMb: 0,
        utilisationPercent: 0,
        temperatureCelsius: 28,
        driverVersion: '550.90.07',
      },
    ])
  })

  it('may leave out figures, print units, hold commas in names, and end lines as Windows does', () => {
    const output = [
      '0, GRID T4-8Q, 8192, 512, [N/A], [N/A], 535.129.03',
      '1, NVIDIA GeForce GT 710, 2000 MiB, 14 MiB, [Not Supported], 33, 470.256.02',
      '2, A, B and Company card, 100, 1, 5 %, ERR!, [Unknown Error]',
      'Warning: infoROM is corrupted at gpu 0000:00:1E.0',
      '',
    ].join('\r\n')
    expect(parseGpuQuery(output)).toMatchObject([
      { name: 'GRID T4-8Q', memoryTotalMb: 8192, utilisationPercent: null, temperatureCelsius: null },
      { name: 'NVIDIA GeForce GT 710', memoryTotalMb: 2000, memoryUsedMb: 14, utilisationPercent: null },
      { name: 'A, B and Company card', utilisationPercent: 5, temperatureCelsius: null, driverVersion: null },
    ])
  })
})

describe('the state of the GPUs', () => {
  it("is asked of the driver's tool", async () => {
    const smi = tool(
      'works',
      'case "$1" in --query-gpu=index,name,*) echo "0, NVIDIA L4, 23034, 4, 2, 35, 560.35.05";; esac',
    )
    const { gpus, reason } = await readNvidiaState(smi)
    expect(gpus).toMatchObject([{ name: 'NVIDIA L4', memoryTotalMb: 23034, memoryUsedMb: 4, temperatureCelsius: 35 }])
    expect(reason).toBeNull()
  })

  it.each([
    ['absent', null, 'no NVIDIA driver: nvidia-smi is not on the PATH'],
    ['empty', 'echo "No devices were found"; exit 6', 'No devices were found'],
    [
      'broken',
      'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver. Make sure that it runs."; exit 9',
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that it runs.",
    ],
    ['silent', 'exit 0', 'nvidia-smi names no GPU'],
    ['hanging', 'exec sleep 30', 'nvidia-smi did not answer within 0.3 s'],
  ])('is null with the reason where the tool is %s', async (name, script, reason) => {
    const smi = script === null ? path.join(folder, 'nowhere') : tool(name, script)
    expect(await readNvidiaState(smi, name === 'hanging' ? 300 : undefined)).toEqual({ gpus: null, reason })
  })
})
