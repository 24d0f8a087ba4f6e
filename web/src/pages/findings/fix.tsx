import { type KeyboardEvent, useState } from 'react';
import type { FindingDetail } from '@/api/types';
import { CodeBlock } from '@/components/code_block';
import classes from './findings.module.css';

type Way = keyof FindingDetail['fix'];

const ways: readonly { key: Way; title: string }[] = [
  { key: 'console', title: 'Console' },
  { key: 'cli', title: 'AWS CLI' },
  { key: 'terraform', title: 'Terraform' },
];

// How it is put right, in the three ways that people work. Nothing of it is done from here.
export function Fix({ fix }: { fix: FindingDetail['fix'] }) {
  const told = ways.filter(({ key }) => fix[key] !== null);
  const [chosen, setChosen] = useState<Way>();
  const shown = told.find(({ key }) => key === chosen) ?? told[0];
  if (!shown) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = told[(told.indexOf(shown) + step + told.length) % told.length];
    if (!next) return;
    setChosen(next.key);
    document.getElementById(`fix-tab-${next.key}`)?.focus();
  };
  return (
    <>
      <h3 className={classes.section}>How to fix it</h3>
      <div
        role="tablist"
        aria-label="How to fix it"
        tabIndex={-1}
        className={classes.ways}
        onKeyDown={onKeyDown}
      >
        {told.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`fix-tab-${key}`}
            aria-selected={key === shown.key}
            aria-controls={key === shown.key ? 'fix-panel' : undefined}
            tabIndex={key === shown.key ? 0 : -1}
            className={classes.way}
            onClick={() => setChosen(key)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id="fix-panel"
        aria-labelledby={`fix-tab-${shown.key}`}
        className={classes.fix}
        tabIndex={0}
      >
        {shown.key === 'cli' ? (
          <CodeBlock title="Commands" what="the commands" text={(fix.cli ?? '').trimEnd()} />
        ) : (
          fix[shown.key]
        )}
      </div>
    </>
  );
}
