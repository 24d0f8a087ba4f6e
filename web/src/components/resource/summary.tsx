import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { ResourceDetail } from '@/api/types';
import { CopyButton } from '@/components/copy_button';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { OwnerOf } from '@/components/resource/owner';
import { plural, sentence } from '@/lib/format';
import { clause } from '@/lib/filter_text';
import { toInventory } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const none = <span className="hm-muted">none</span>;

function Known({ resource, column, children }: KnownProps) {
  const { unknown, unknown_columns: unknownColumns, not_read: notRead } = resource;
  if (notRead.includes(column)) {
    return (
      <span className="hm-muted" title="HostMaster does not ask AWS for it of this type">
        not read
      </span>
    );
  }
  return unknownColumns.includes(column) ? <UnknownMark reasons={unknown} /> : children;
}

interface KnownProps {
  resource: ResourceDetail;
  column: ResourceDetail['unknown_columns'][number];
  children: ReactNode; // what is shown of a known one
}

export function Summary({ resource }: { resource: ResourceDetail }) {
  return (
    <>
      <UnknownList resource={resource} />
      <dl className={classes.facts}>
        <Row title="ID">
          <code>{resource.key}</code>
          <CopyButton text={resource.key} what="the id" />
        </Row>
        <Row title="Type">
          <Link {...toInventory({ filter: clause('type', resource.type) })}>{resource.type_title}</Link>
        </Row>
        <Row title="Account">
          {resource.account_name} <span className="hm-muted hm-num">{resource.account_id}</span>
        </Row>
        <Row title="Region">{resource.region}</Row>
        <Row title="State">
          <Known resource={resource} column="state">
            {resource.state ?? none}
          </Known>
        </Row>
        <Row title="Created">
          <Known resource={resource} column="created_at">
            {resource.created_at ? <When at={resource.created_at} exact /> : none}
          </Known>
        </Row>
        <Row title="Owner">
          <OwnerOf owner={resource.owner} />
        </Row>
        <Row title="First seen">
          <When at={resource.first_seen} exact />
        </Row>
        <Row title="Last seen">
          <When at={resource.swept_at} never="never by a sweep that ended well" />
        </Row>
        <Row title="History">{plural(resource.versions, 'version')}</Row>
      </dl>
    </>
  );
}

// Stands first, because what could not be read may matter more than what could.
function UnknownList({ resource }: { resource: ResourceDetail }) {
  if (resource.unknown.length === 0) return null;
  return (
    <div className={classes.unknownBox}>
      <p className={classes.unknownTitle}>{plural(resource.unknown.length, 'part')} could not be read</p>
      <ul>
        {resource.unknown.map((each) => (
          <li key={`${each.what} ${each.code}`} className={classes.unknownRow}>
            <UnknownMark reasons={[]} label={each.what} />
            <span>
              {sentence(each.reason)}
              {each.since ? (
                <span className="hm-muted">
                  , since <When at={each.since} />
                </span>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
