import { TrainerHost } from '../../../core/jobs/trainerHost.ts'

/** Runs the trainer in the run folder of its argument and prints the last event, so that both can be run under a limit. */
const host = new TrainerHost({ runFolder: process.argv[2] })
let last: object = {}
for await (const event of host.events) last = event
process.stdout.write(`last:${JSON.stringify(last)}\n`)
