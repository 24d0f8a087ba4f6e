import { expect, test } from 'vitest';
import type { Connect } from '@/api/types';
import { faultOf, withExternalId } from './external_id';

const fresh = '0d7c3a52-3a61-4a3e-9c0f-2b8b0f3a7c11';
const connect: Connect = {
  external_id: fresh,
  role_name: 'HostMasterReadOnly',
  principal: null,
  trust_policy: { Statement: { 'sts:ExternalId': fresh } } as unknown as Connect['trust_policy'],
  policies: [],
  commands: [`aws iam create-role --assume-role-policy-document '{"sts:ExternalId":"${fresh}"}'`],
  cloudformation: `ExternalId: ${fresh}`,
  terraform: `"${fresh}"`,
  unknown: [],
};

test('the kept id stands in all of the instructions', () => {
  const text = JSON.stringify(withExternalId(connect, 'the-one-of-the-role'));
  expect(text).not.toContain(fresh);
  expect(text.split('the-one-of-the-role')).toHaveLength(6);
  expect(withExternalId(connect, 'half "typed $&').external_id).toBe('half "typed $&');
});

test('an id that AWS or the server would refuse is told', () => {
  expect(faultOf(fresh)).toBeUndefined();
  expect(faultOf('short')).toContain('16');
  expect(faultOf(`${fresh}"`)).toContain('letters');
  expect(faultOf('x'.repeat(1225))).toContain('1224');
});
