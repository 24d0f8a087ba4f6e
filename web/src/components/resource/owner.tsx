import { Link } from '@tanstack/react-router';
import type { Owner } from '@/api/types';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { clause } from '@/lib/filter_text';
import { toInventory, toResource } from '@/lib/links';

// Whose it is, and how that is known.
export function OwnerOf({ owner }: { owner: Owner }) {
  if (owner.name === null) {
    if (owner.via === 'none') return <span className="hm-muted">no tag names one, nor does CloudTrail</span>;
    const why = [{ what: 'The owner', reason: owner.reason ?? '', code: owner.via, since: null }];
    return (
      <>
        <UnknownMark reasons={why} />
        {owner.via === 'creator_unknown' ? <span className="hm-muted"> no tag names one</span> : null}
      </>
    );
  }
  return (
    <span className="hm-prose">
      <Link {...toInventory({ filter: clause('owner', owner.name) })}>{owner.name}</Link>{' '}
      <How owner={owner} />
    </span>
  );
}

function How({ owner }: { owner: Owner }) {
  if (owner.via === 'through' && owner.through) {
    return (
      <span className="hm-muted">
        by the tag {owner.key} of its {owner.through.type_title}{' '}
        <Link {...toResource(owner.through.id)}>{owner.through.name}</Link>
      </span>
    );
  }
  if (owner.via === 'creator' && owner.creator) {
    return (
      <span className="hm-muted">
        created it with {owner.creator.call} <When at={owner.creator.at} />
      </span>
    );
  }
  return <span className="hm-muted">by its tag {owner.key}</span>;
}
