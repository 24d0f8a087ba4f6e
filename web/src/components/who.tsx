import type { Who as WhoMade } from '@/api/types';
import { plural, sentence } from '@/lib/format';
import { usePrefs } from '@/lib/prefs';
import { absolute } from '@/lib/time';
import classes from '@/components/who.module.css';

type Caller = WhoMade['callers'][number];

// "alice" of an ARN such as arn:aws:iam::1:user/alice or arn:aws:sts::1:assumed-role/Admin/alice, where the role counts.
export function shortPrincipal(arn: string): string {
  const resource = arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn;
  const parts = resource.split('/');
  if (parts[0] === 'assumed-role') return parts.slice(1).join('/');
  return parts.at(-1) || arn;
}

// Who made a change and by which call; where nobody can tell, that.
export function Who({ who }: { who: WhoMade }) {
  const [caller] = who.callers;
  if (!caller) {
    return (
      <span className="hm-muted" title={who.reason ? sentence(who.reason) : undefined}>
        By: not known
        {who.reason ? <span className="hm-sr"> ({who.reason})</span> : null}
      </span>
    );
  }
  const others = who.callers.length - 1 + who.more;
  return (
    <span className={classes.who} title={caller.principal}>
      <span className="hm-sr">By </span>
      <strong className={classes.name}>{shortPrincipal(caller.principal)}</strong>
      <code className={classes.call}>{caller.call}</code>
      {others > 0 ? <span className="hm-muted">and {plural(others, 'other call')}</span> : null}
    </span>
  );
}

// The same in full: every caller, when, from where and with what.
export function WhoDetails({ who }: { who: WhoMade }) {
  if (who.callers.length === 0) {
    return <p className={classes.reason}>By: not known. {who.reason ? `${sentence(who.reason)}.` : null}</p>;
  }
  return (
    <ul className={classes.callers} aria-label="Who made it">
      {who.callers.map((caller) => (
        <li key={caller.event_id}>
          <Full caller={caller} />
        </li>
      ))}
      {who.more > 0 ? <li className="hm-muted">and {plural(who.more, 'call')} more</li> : null}
    </ul>
  );
}

function Full({ caller }: { caller: Caller }) {
  const { zone } = usePrefs();
  return (
    <>
      <span className={classes.who}>
        <strong className={classes.principal}>{caller.principal}</strong>
        <code className={classes.call}>{caller.call}</code>
      </span>
      <span className={classes.how}>
        <time dateTime={caller.at}>{absolute(new Date(caller.at), zone)}</time>
        {caller.source_ip ? ` · from ${caller.source_ip}` : null}
        {caller.via ? ` · through ${caller.via}` : null}
        {caller.user_agent ? ` · ${caller.user_agent}` : null}
        {caller.earlier ? ' · called before it was last seen as it had been: the effect came later' : null}
      </span>
    </>
  );
}
