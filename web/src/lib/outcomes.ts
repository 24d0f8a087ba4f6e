// How a sweep can end, in words. `pending` is no outcome of the server's: it stands for never asked so far.

export type OutcomeName = 'ok' | 'denied' | 'throttled' | 'failed' | 'skipped' | 'pending';

export const kOutcomes: readonly OutcomeName[] = [
  'ok',
  'denied',
  'failed',
  'throttled',
  'skipped',
  'pending',
];

export const outcomeWords: Record<OutcomeName, { title: string; meaning: string; todo: string }> = {
  ok: { title: 'OK', meaning: 'AWS answered in full.', todo: 'Nothing to do.' },
  denied: {
    title: 'Denied',
    meaning: 'AWS refused the call: a permission is missing.',
    todo: 'Add the missing action to the role’s policy; the next scan asks again.',
  },
  failed: {
    title: 'Failed',
    meaning: 'The call failed for another reason than permissions.',
    todo: 'It is asked again with the next scan. If it stays, see the message and the request id.',
  },
  throttled: {
    title: 'Throttled',
    meaning: 'AWS asked to slow down until the retries were used up.',
    todo: 'It is asked again with the next scan; nothing to do unless it stays.',
  },
  skipped: {
    title: 'Skipped',
    meaning: 'It was not asked on purpose: switched off, or over the call budget.',
    todo: 'Raise the budget or switch the type on if it should be read.',
  },
  pending: {
    title: 'Never asked',
    meaning: 'No sweep has reached it so far.',
    todo: 'Wait for the scan that is under way, or start one.',
  },
};
