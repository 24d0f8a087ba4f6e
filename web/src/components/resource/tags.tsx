import { Link } from '@tanstack/react-router';
import { CopyButton } from '@/components/copy_button';
import { EmptyState } from '@/components/states';
import { clause } from '@/lib/filter_text';
import { toInventory } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

export function Tags({ tags }: { tags: Record<string, string> }) {
  const entries = Object.entries(tags).toSorted(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) {
    return (
      <EmptyState icon="info" title="No tags">
        AWS says that this resource bears none.
      </EmptyState>
    );
  }
  return (
    <dl className={classes.facts}>
      {entries.map(([key, value]) => (
        <div key={key} className={classes.row}>
          <dt>{key}</dt>
          <dd>
            <Link {...toInventory({ filter: clause(`tag:${key}`, value) })}>{value || '(empty)'}</Link>
            <CopyButton text={value} what={`the value of ${key}`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
