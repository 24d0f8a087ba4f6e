import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { connectQuery } from '@/api/account';
import type { Connect } from '@/api/types';
import { CodeBlock } from '@/components/code_block';
import { CopyButton } from '@/components/copy_button';
import { Page, Panel } from '@/components/panel';
import { useMay } from '@/components/session';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { AccountForm } from './account_form';
import { useExternalId, withExternalId } from './external_id';
import classes from './connect.module.css';

export function ConnectPage() {
  const admin = useMay('admin');
  return (
    <Page
      title="Connect an account"
      note="HostMaster reads an account through a role that you make in it. It can change nothing."
    >
      {admin ? (
        <Steps />
      ) : (
        <EmptyState icon="connect" title="Only administrators connect accounts">
          Ask one of them; the page shows them what is needed.
        </EmptyState>
      )}
    </Page>
  );
}

function Steps() {
  const { data, error, refetch } = useQuery(connectQuery);
  if (error && !data)
    return <ErrorState error={error} what="The instructions" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} height={160} />;
  return <Both connect={data} />;
}

function Both({ connect: fresh }: { connect: Connect }) {
  const [id, setId] = useExternalId(fresh.external_id);
  const connect = withExternalId(fresh, id);
  return (
    <div className={classes.steps}>
      <Panel title="1. Make the role in the account">
        <Facts connect={connect} />
        <Ways connect={connect} />
      </Panel>
      <Panel title="2. Test it and connect">
        <AccountForm externalId={id} onExternalId={setId} roleName={connect.role_name} />
      </Panel>
    </div>
  );
}

const partOf = (at: number, parts: number) => (parts > 1 ? `, part ${at + 1} of ${parts}` : '');

function Facts({ connect }: { connect: Connect }) {
  return (
    <dl className={classes.facts}>
      <div>
        <dt>Role name</dt>
        <dd>
          <code>{connect.role_name}</code>
        </dd>
      </div>
      <div>
        <dt>External id</dt>
        <dd>
          <code>{connect.external_id}</code>
          <CopyButton text={connect.external_id} what="the external id" />
        </dd>
      </div>
      <div>
        <dt>Who will assume it</dt>
        <dd>
          {connect.principal ? (
            <code>{connect.principal}</code>
          ) : (
            <UnknownMark reasons={connect.unknown} label="unknown: this server has no AWS identity yet" />
          )}
        </dd>
      </div>
    </dl>
  );
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

const ways = [
  { key: 'cli', title: 'AWS CLI' },
  { key: 'cloudformation', title: 'CloudFormation' },
  { key: 'terraform', title: 'Terraform' },
  { key: 'policies', title: 'Policies' },
] as const;

function Ways({ connect }: { connect: Connect }) {
  const [way, setWay] = useState<(typeof ways)[number]['key']>('cli');
  return (
    <>
      <div className={classes.ways} role="group" aria-label="How to make the role">
        {ways.map((each) => (
          <button
            key={each.key}
            type="button"
            className={classes.way}
            aria-pressed={each.key === way}
            onClick={() => setWay(each.key)}
          >
            {each.title}
          </button>
        ))}
      </div>
      {way === 'cli' ? (
        <CodeBlock title="Commands" what="the commands" text={connect.commands.join('\n')} />
      ) : null}
      {way === 'cloudformation' ? (
        <CodeBlock title="CloudFormation template" what="the template" text={connect.cloudformation} />
      ) : null}
      {way === 'terraform' ? (
        <CodeBlock title="Terraform" what="the configuration" text={connect.terraform} />
      ) : null}
      {way === 'cli' || way === 'policies' ? (
        <div className={classes.policies}>
          <CodeBlock title="Trust policy" what="the trust policy" text={pretty(connect.trust_policy)} />
          {connect.policies.map((policy, at) => (
            <CodeBlock
              key={pretty(policy)}
              title={`Permissions: exactly what is called${partOf(at, connect.policies.length)}`}
              what="the policy"
              text={pretty(policy)}
            />
          ))}
        </div>
      ) : null}
    </>
  );
}
