import type { JobNotice } from '../../api/job.ts'
import type { JobContext } from '../jobRunner.ts'
import type { Member } from './memberRequest.ts'

type MemberNotice = Extract<JobNotice, { event: 'member' }>

/** How far a set is, over all its runs: epochs that were to be trained when the work began. */
export class SetProgress {
  readonly #members: readonly Member[]
  readonly #context: Pick<JobContext, 'progress' | 'notice'>
  readonly #total: number
  #done = 0
  /** Of the run at hand: epochs trained, the begun one as a share. */
  #current = 0
  #run = 0

  constructor(
    members: readonly Member[],
    isDone: (member: Member) => boolean,
    context: Pick<JobContext, 'progress' | 'notice'>,
  ) {
    this.#members = members
    this.#context = context
    this.#total = members.reduce((sum, member) => sum + (isDone(member) ? 0 : member.options.epochs), 0)
  }

  begin(member: Member): void {
    this.#current = 0
    this.#tell(member)
  }

  /** The member has become this run, which is to be trained. */
  starts(member: Member, run: number): void {
    this.#run = run
    this.#notice(member, 'started', this.#current)
  }

  /** `epochs` of the run at hand are trained; a fraction for one that has begun. */
  trained(member: Member, epochs: number): void {
    this.#current = epochs
    this.#tell(member)
  }

  epoch(member: Member, epoch: number): void {
    this.trained(member, epoch)
    this.#notice(member, 'epoch', epoch)
  }

  /** It was done before the work began. */
  already(member: Member, run: number): void {
    this.#run = run
    this.#notice(member, 'kept', member.options.epochs)
  }

  finished(member: Member, outcome: 'done' | 'kept', run: number): void {
    this.#run = run
    this.#done += member.options.epochs
    this.#current = 0
    this.#notice(member, outcome, member.options.epochs)
    this.#tell(member)
  }

  failed(member: Member, message: string): void {
    this.#done += member.options.epochs
    const epoch = this.#current
    this.#current = 0
    this.#notice(member, 'failed', Math.floor(epoch), message)
  }

  #tell(member: Member): void {
    const { position, line, options } = member
    this.#context.progress({
      stage: 'trained',
      done: Math.min(this.#total, Math.round((this.#done + this.#current) * 100) / 100),
      total: this.#total,
      unit: 'epochs',
      detail: `run ${position + 1} of ${this.#members.length}: ${line}, seed ${options.seed}`,
    })
  }

  #notice(member: Member, state: MemberNotice['state'], epoch: number, message = ''): void {
    const { line, options } = member
    const { seed, epochs } = options
    this.#context.notice({ event: 'member', line, seed, run: this.#run, state, epoch, epochs, message })
  }
}

/** What the run at hand tells, as the set's: epochs count for the whole, and only runs and warnings are passed on as they are. */
export function memberContext(context: JobContext, progress: SetProgress, member: Member): JobContext {
  let epoch = 0
  return {
    signal: context.signal,
    setControls: (controls) => context.setControls(controls),
    progress: ({ unit, done, total }) => {
      if (unit === 'steps' && total !== null && total > 0) progress.trained(member, epoch + done / total)
    },
    notice: (notice) => {
      if (notice.event === 'ready') epoch = notice.epoch
      if (notice.event === 'epoch') progress.epoch(member, (epoch = notice.epoch))
      if (notice.event === 'run' || notice.event === 'warning') context.notice(notice)
    },
  }
}
