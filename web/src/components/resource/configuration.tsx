import { useMemo, useState } from 'react';
import { TextInput } from '@mantine/core';
import type { Field, ResourceDetail, Unknown } from '@/api/types';
import { CopyTextButton } from '@/components/copy_button';
import { Icon } from '@/components/icons';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { type Json, leaves, matching, text } from '@/lib/document_paths';
import { count, figure } from '@/lib/format';
import { isTime } from '@/lib/time';
import classes from '@/components/resource/resource.module.css';

const kMostListed = 20; // a longer list scrolls

// The columns of SQL with formatted values, then AWS's own document, line by line.
export function Configuration({ resource }: { resource: ResourceDetail }) {
  const [search, setSearch] = useState('');
  const all = useMemo(() => leaves(resource.document as Json), [resource.document]);
  const found = matching(all, search);
  const wanted = search.trim().toLowerCase();
  const fields = resource.fields.filter(
    (field) =>
      !wanted ||
      `${field.title} ${field.name}`.toLowerCase().includes(wanted) ||
      text(field.value as Json)
        .toLowerCase()
        .includes(wanted),
  );
  return (
    <>
      <TextInput
        aria-label="Search the configuration"
        placeholder="Search names and values"
        leftSection={<Icon name="search" size={14} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        mb={12}
      />
      <h3 className={classes.sub}>Fields</h3>
      <dl className={classes.facts}>
        {fields.map((field) => (
          <div key={field.name} className={classes.row}>
            <dt title={`Column ${field.name}`}>{field.title}</dt>
            <dd>
              <FieldValue field={field} reasons={resource.unknown} />
            </dd>
          </div>
        ))}
      </dl>
      {fields.length === 0 ? <p className="hm-muted">No field fits.</p> : null}
      <div className={classes.subRow}>
        <h3 className={classes.sub}>As AWS says it</h3>
        <CopyTextButton
          label="Copy JSON"
          what="the document"
          text={JSON.stringify(resource.document, null, 2)}
        />
      </div>
      <dl className={classes.document}>
        {found.map((leaf) => (
          <div key={leaf.path} className={classes.leaf}>
            <dt>{leaf.path}</dt>
            <dd>
              <LeafValue value={leaf.value} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="hm-muted" role="status">
        {wanted ? `${count(found.length)} of ${count(all.length)} values` : null}
      </p>
    </>
  );
}

// A detail is named as in the document (PolicyStatus), a field as in SQL (policy_status).
const plain = (name: string) => name.toLowerCase().replaceAll('_', '');

function FieldValue({ field, reasons }: { field: Field; reasons: readonly Unknown[] }) {
  if (field.unknown) {
    return <UnknownMark reasons={reasons.filter((each) => plain(field.name).startsWith(plain(each.what)))} />;
  }
  const value = field.value as Json;
  if (value === null || value === undefined) return <span className="hm-muted">none</span>;
  if (field.type === 'time' && typeof value === 'string') return <When at={value} exact />;
  if (typeof value === 'number') return <span className="hm-num">{figure(value, field.name)}</span>;
  if (isScalarList(value)) {
    return (
      <ul>
        {[...new Set(value)].map((item) => (
          <li key={String(item)}>{text(item)}</li>
        ))}
      </ul>
    );
  }
  if (typeof value === 'object' && Object.keys(value).length > 0) {
    return (
      // It scrolls inside itself when it is long, so it must be reachable by the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <pre className={classes.json} tabIndex={0} role="region" aria-label={field.title}>
        {JSON.stringify(value, null, 2)}
      </pre>
    );
  }
  if (value === '' || typeof value === 'object') {
    return <span className="hm-muted">{value === '' ? 'empty text' : text(value)}</span>;
  }
  return text(value);
}

const isScalarList = (value: Json): value is (string | number)[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= kMostListed &&
  value.every((item) => typeof item === 'string' || typeof item === 'number');

function LeafValue({ value }: { value: Json }) {
  if (value === '') return <span className="hm-muted">empty text</span>;
  if (value === null || typeof value === 'object') return <span className="hm-muted">{text(value)}</span>;
  if (typeof value === 'string' && isTime(value)) return <When at={value} exact />;
  return <>{typeof value === 'string' ? value : String(value)}</>;
}
