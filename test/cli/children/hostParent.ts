import { TrainerHost } from '../../../core/jobs/trainerHost.ts'

/** Starts a trainer, prints its process number and waits to be killed. */
const [, , runFolder, script] = process.argv
const trainer = new TrainerHost({ runFolder, script })
for await (const event of trainer.events) {
  if (event.event === 'ready') process.stdout.write(`${trainer.pid}\n`)
}
