import { describe, expect, it } from 'vitest'
import { latestWins } from './latestWins.ts'

/** Answers that are given by hand. */
function byHand() {
  const asked: { question: number; answer: (value: string) => void; fail: (error: Error) => void }[] = []
  const work = (question: number) =>
    new Promise<string>((answer, fail) => asked.push({ question, answer, fail: (error) => fail(error) }))
  return { asked, work }
}
const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('the latest question', () => {
  it('is asked at once when nothing is under way, and the newest of those in between afterwards', async () => {
    const { asked, work } = byHand()
    const answers: string[] = []
    const ask = latestWins(
      work,
      (answer) => answers.push(answer),
      () => answers.push('failed'),
    )
    for (const question of [1, 2, 3, 4]) ask(question)
    expect(asked.map(({ question }) => question)).toEqual([1])
    asked[0].answer('one')
    await settle()
    expect(asked.map(({ question }) => question)).toEqual([1, 4])
    asked[1].answer('four')
    await settle()
    expect(answers).toEqual(['one', 'four'])
    ask(5)
    expect(asked.at(-1)?.question).toBe(5)
  })

  it('is asked although the one before failed', async () => {
    const { asked, work } = byHand()
    const heard: string[] = []
    const ask = latestWins(
      work,
      (answer) => heard.push(answer),
      (_error, question) => heard.push(`failed ${question}`),
    )
    ask(1)
    ask(2)
    asked[0].fail(new Error('no'))
    await settle()
    asked[1].answer('two')
    await settle()
    expect(heard).toEqual(['failed 1', 'two'])
  })
})
