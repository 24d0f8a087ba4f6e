import { Button } from '@mantine/core';
import { Fragment } from 'react';
import { Icon } from '@/components/icons';
import { kRoot, parentOf, pathOf, trailOf } from './paths';
import type { Levels } from './scene';
import classes from './topology.module.css';

interface ChoiceProps<K extends string> {
  label: string;
  options: Readonly<Record<K, string>>;
  value: K;
  onChange: (value: K) => void;
}

export function Choice<K extends string>({ label, options, value, onChange }: ChoiceProps<K>) {
  return (
    <div className={classes.choice} role="group" aria-label={label}>
      {(Object.keys(options) as K[]).map((key) => (
        <Button
          key={key}
          size="xs"
          className={classes.option}
          data-on={key === value || undefined}
          aria-pressed={key === value}
          onClick={() => onChange(key)}
        >
          {options[key]}
        </Button>
      ))}
    </div>
  );
}

// What a part of the trail is called, as far as its level is known.
export function titleOf(levels: Levels, path: string): string {
  if (path === kRoot) return 'Everything';
  const parent = parentOf(path);
  const node = levels.get(parent)?.data?.items.find((each) => pathOf(parent, each) === path);
  return node?.title ?? path.slice(path.lastIndexOf('/') + 1).replace('.', '/');
}

interface TrailProps {
  levels: Levels;
  at: string;
  onGo: (path: string) => void;
}

export function Trail({ levels, at, onGo }: TrailProps) {
  const trail = trailOf(at);
  return (
    <nav aria-label="Where in the estate" className={classes.trail}>
      {trail.map((path, index) => (
        <Fragment key={path}>
          {index > 0 ? (
            <span className="hm-muted" aria-hidden="true">
              <Icon name="right" size={10} />
            </span>
          ) : null}
          <button
            type="button"
            className={classes.step}
            aria-current={path === at ? 'location' : undefined}
            onClick={() => onGo(path)}
          >
            {titleOf(levels, path)}
          </button>
        </Fragment>
      ))}
    </nav>
  );
}
