import type { AnswerTurn, Attachment, Digest, Turn, UserTurn } from '../../../../src/conversation/turn';

export function question(id: string, text: string, attachments: readonly Attachment[] = []): UserTurn {
  return { id, parentId: undefined, at: 0, role: 'user', text, attachments };
}

export function answer(id: string, text: string, change: Partial<AnswerTurn> = {}): AnswerTurn {
  return {
    id,
    parentId: undefined,
    at: 0,
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    text,
    thinking: 'Let me see.',
    state: { kind: 'done', stopReason: 'end_turn' },
    account: undefined,
    ...change,
  };
}

/** What the API would not take as it was. */
export function refusal(id: string): AnswerTurn {
  return answer(id, '', { state: { kind: 'failed', reason: 'tooLarge', until: undefined } });
}

/** `q1`, `a1`, `q2`, …: each of so many characters, the last question without an answer. */
export function exchanges(count: number, characters: number): readonly Turn[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    return [
      question(`q${number}`, `q${number} `.padEnd(characters, 'x')),
      answer(`a${number}`, `a${number} `.padEnd(characters, 'y')),
    ];
  })
    .flat()
    .slice(0, -1);
}

export function digestUpTo(upToTurnId: string, text = 'They spoke.'): Digest {
  return { upToTurnId, text, at: 0, tokensBefore: 100, tokensAfter: 10 };
}

/** One token a character, so that a test can count. */
export const countCharacters = (text: string) => text.length;
