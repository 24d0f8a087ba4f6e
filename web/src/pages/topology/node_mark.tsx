import type { TopologyNode } from '@/api/types';
import { SeverityLabel } from '@/components/severity';
import { count } from '@/lib/format';
import { countWords, gapWords, markOf } from './marks';
import type { Overlay } from './topology_search';
import classes from './topology.module.css';

// What is laid over a node, in words; a finding has its shape as well.
export function NodeMark({ node, overlay }: { node: TopologyNode; overlay: Overlay }) {
  const mark = markOf(node, overlay);
  return (
    <span className={classes.mark} data-tone={mark.tone}>
      {mark.severity ? <SeverityLabel severity={mark.severity} /> : null}
      <span className={mark.severity ? 'hm-num hm-muted' : undefined}>
        {mark.severity ? countOf(node) : mark.words}
      </span>
    </span>
  );
}

// How many of the worst, and how many others.
function countOf(node: TopologyNode) {
  const counts = Object.values(node.findings ?? {});
  const total = counts.reduce((sum, each) => sum + each, 0);
  const worst = markOf(node, 'findings').severity;
  const most = worst ? (node.findings?.[worst] ?? 0) : 0;
  return total === most ? String(most) : `${most} of ${total}`;
}

export function NodeCount({ node, short = false }: { node: TopologyNode; short?: boolean }) {
  if (node.kind === 'resource' || node.kind === 'unknown') return null;
  if (!short || node.resources === null) return <span className={classes.count}>{countWords(node)}</span>;
  return (
    <span className={classes.count}>
      {node.unread_places > 0 ? <span>&ge; </span> : null}
      {count(node.resources)}
      <span className="hm-sr"> resources</span>
    </span>
  );
}

export function NodeGaps({ node }: { node: TopologyNode }) {
  const words = gapWords(node);
  return words ? (
    <span className={classes.gapMark} title={words}>
      <span aria-hidden="true" className={classes.gapSign}>
        ?
      </span>
      {words}
    </span>
  ) : null;
}
