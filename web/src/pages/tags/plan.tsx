import { Button } from '@mantine/core';
import { useState } from 'react';
import type { TagPlan } from '@/api/types';
import { CodeBlock } from '@/components/code_block';
import { type Column, DataTable } from '@/components/data_table';
import { Icon } from '@/components/icons';
import { EmptyState } from '@/components/states';
import { count, plural, sentence } from '@/lib/format';
import { Choice } from './choice';
import classes from './tags.module.css';

const ways = {
  commands: { title: 'AWS CLI', file: 'tags.sh', what: 'the commands' },
  terraform: { title: 'Terraform', file: 'tags.tf', what: 'the configuration' },
} as const;

const forms = [
  { value: 'commands', title: 'AWS CLI' },
  { value: 'terraform', title: 'Terraform' },
] as const;

function save(text: string, file: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}

const columns: Column<TagPlan['left_out'][number]>[] = [
  { key: 'type', title: 'Type', cell: (each) => each.type_title },
  { key: 'reason', title: 'Why not', cell: (each) => sentence(each.reason) },
  { key: 'resources', title: 'Resources', number: true, cell: (each) => count(each.resources) },
];

function Numbers({ plan, tag }: { plan: TagPlan; tag: string }) {
  const leftOut = plan.left_out.reduce((sum, each) => sum + each.resources, 0);
  return (
    <p role="status" className={classes.outcome}>
      The filter finds {plural(plan.total, 'resource')}. {count(plan.proposed)} of them would get {tag}, in{' '}
      {plural(plan.calls, 'call')}
      {plan.already > 0 ? `; ${count(plan.already)} bear it so already` : ''}
      {leftOut > 0 ? `; ${count(leftOut)} are left out` : ''}.
      {plan.beyond > 0
        ? ` The plan looks at the first ${count(plan.total - plan.beyond)}: ${count(plan.beyond)} more are for the next plan, once these are tagged.`
        : ''}
      {plan.gaps > 0
        ? ` ${plural(plan.gaps, 'sweep')} were not answered in full: there may be resources that nobody knows of.`
        : ''}
    </p>
  );
}

export function Plan({ plan, tag }: { plan: TagPlan; tag: string }) {
  const [way, setWay] = useState<keyof typeof ways>('commands');
  const text = plan[way];
  return (
    <div className={classes.plan}>
      <Numbers plan={plan} tag={tag} />
      {text === null ? (
        <EmptyState title="There is nothing to propose">No resource that was found would change.</EmptyState>
      ) : (
        <>
          <div className={classes.send}>
            <Choice label="In which form" options={forms} chosen={way} onChoose={setWay} />
            <Button leftSection={<Icon name="download" />} onClick={() => save(text, ways[way].file)}>
              Download {ways[way].file}
            </Button>
          </div>
          <div className={classes.code}>
            <CodeBlock title={ways[way].title} what={ways[way].what} text={text.trimEnd()} />
          </div>
        </>
      )}
      {plan.left_out.length > 0 ? (
        <DataTable
          label="Left out"
          name="tags.left_out"
          columns={columns}
          rows={plan.left_out}
          keyOf={(each) => `${each.type} ${each.reason}`}
        />
      ) : null}
    </div>
  );
}
