// What a person should look at first, worked out from what the server says. Gaps stand first: what could not
// be asked may hide everything else.
import type { Account, Coverage, FindingPage, Severity, Summary } from '@/api/types';
import { plural, sentence, words } from '@/lib/format';

export interface Concern {
  id: string;
  weight: number; // larger is more pressing
  kind: 'denied' | 'failed' | 'throttled' | 'unknown' | 'pending' | Severity;
  title: string;
  text: string;
  to: string;
  search: Record<string, string>;
}

const kMostPermissions = 5;
const kMostRegions = 4;

function fromPermissions({ missing_permissions: all }: Coverage): Concern[] {
  // The last place goes to those that are not named.
  const shown = all.length > kMostPermissions ? kMostPermissions - 1 : all.length;
  const named = all.slice(0, shown).map((missing): Concern => ({
    id: `permission ${missing.permission}`,
    weight: 900 + missing.types.length,
    kind: 'denied',
    title: `${missing.permission} is denied`,
    text: `${words(missing.types)} cannot be read in ${plural(missing.accounts.length, 'account')}.`,
    to: '/coverage',
    search: { outcome: 'denied' },
  }));
  if (shown === all.length) return named;
  const more: Concern = {
    id: 'more permissions',
    weight: 900,
    kind: 'denied',
    title: `${plural(all.length - shown, 'more permission')} missing`,
    text: 'The Coverage page names them all.',
    to: '/coverage',
    search: { outcome: 'denied' },
  };
  return [...named, more];
}

function fromAccounts(accounts: readonly Account[]): Concern[] {
  return accounts
    .filter((account) => account.state === 'failing')
    .map((account) => ({
      id: `account ${account.account_id}`,
      weight: 1000,
      kind: 'failed' as const,
      title: `Account ${account.name} cannot be read`,
      text: sentence(account.problem?.message ?? 'No sweep of it ended well.'),
      to: '/settings',
      search: { tab: 'accounts' },
    }));
}

// Where sweeps failed, by region: a region that is out of reach fails in many accounts at once.
function whereFailed({ accounts }: Coverage): string {
  const places = accounts.flatMap((account) =>
    account.regions.filter(({ counts }) => counts.failed > 0).map(({ region }) => region),
  );
  const regions = [...new Set(places)];
  if (regions.length === 0 || regions.length > kMostRegions) return '';
  const failing = accounts.filter(({ counts }) => counts.failed > 0).length;
  return `In ${words(regions)} of ${plural(failing, 'account')}. `;
}

function fromCounts(coverage: Coverage): Concern[] {
  const { counts } = coverage;
  const kinds = [
    {
      kind: 'failed',
      value: counts.failed,
      weight: 800,
      text: `${whereFailed(coverage)}What is there is unknown; it is asked again with the next scan.`,
    },
    { kind: 'throttled', value: counts.throttled, weight: 700, text: 'AWS asked to slow down.' },
    { kind: 'pending', value: counts.pending, weight: 300, text: 'No scan has reached them so far.' },
  ] as const;
  const phrases = { failed: 'failed', throttled: 'were throttled', pending: 'were never asked' };
  return kinds
    .filter(({ value }) => value > 0)
    .map(({ kind, value, weight, text }) => ({
      id: `count ${kind}`,
      weight,
      kind,
      title: `${plural(value, 'sweep')} ${phrases[kind]}`,
      text,
      to: '/coverage',
      search: { outcome: kind },
    }));
}

function isCounted({ what, code }: Summary['unknown'][number], { counts }: Coverage): boolean {
  if (what !== 'resources') return false;
  if (code === 'denied') return counts.denied > 0;
  if (code === 'failed' || code === 'throttled') return counts[code] > 0;
  return code === 'not_swept' && counts.pending > 0;
}

function fromUnknown(coverage: Coverage, summary: Summary): Concern[] {
  const fields = coverage.unknown_fields.map((field) => ({
    id: `field ${field.type} ${field.what} ${field.code}`,
    weight: 600,
    kind: 'unknown' as const,
    title: `${field.what} is unknown for ${plural(field.resources, 'resource')} of type ${field.type}`,
    text: sentence(field.reason),
    to: '/inventory',
    search: { filter: `type:${field.type} is:unknown` },
  }));
  // That the number of resources leaves these out is said by the concerns about the same sweeps.
  const figures = summary.unknown
    .filter((figure) => !isCounted(figure, coverage))
    .map((figure) => ({
      id: `figure ${figure.what}`,
      weight: 650,
      kind: 'unknown' as const,
      title: `The number of ${figure.what} is not the whole`,
      text: sentence(figure.reason),
      to: '/coverage',
      search: {} as Record<string, string>,
    }));
  return [...figures, ...fields];
}

const severityWeights: Record<Severity, number> = {
  critical: 860,
  high: 720,
  medium: 500,
  low: 250,
  info: 200,
};

// One concern for each rule that found something; the most severe finding of it speaks.
function fromFindings(page: FindingPage | undefined): Concern[] {
  if (!page) return [];
  const ofRules = page.facets.find((facet) => facet.key === 'rule');
  const counts = ofRules?.values ?? [];
  const first = new Map<string, FindingPage['items'][number]>();
  for (const finding of page.items) {
    if (!first.has(finding.rule)) first.set(finding.rule, finding);
  }
  const named = [...first.values()].map((finding): Concern => {
    const found = counts.find((each) => each.value === finding.rule)?.count ?? 1;
    return {
      id: `rule ${finding.rule}`,
      weight: severityWeights[finding.severity],
      kind: finding.severity,
      title: finding.title,
      text: `${plural(found, 'finding')}; ${finding.resource.name}: ${finding.reason}`,
      to: '/findings',
      search: { rule: finding.rule },
    };
  });
  // Only the most severe findings are here; what other rules found stands behind them.
  const rules = counts.filter((each) => !first.has(each.value)).length + (ofRules?.more ?? 0);
  if (rules === 0) return named;
  const more: Concern = {
    id: 'more rules',
    weight: 190,
    kind: 'info',
    title: `${plural(rules, 'more rule')} found something`,
    text: 'Nothing of it is more severe than what stands above.',
    to: '/findings',
    search: {},
  };
  return [...named, more];
}

export function concerns(
  summary: Summary,
  coverage: Coverage,
  accounts: readonly Account[],
  findings?: FindingPage,
): Concern[] {
  return [
    ...fromFindings(findings),
    ...fromAccounts(accounts),
    ...fromPermissions(coverage),
    ...fromCounts(coverage),
    ...fromUnknown(coverage, summary),
  ].toSorted((a, b) => b.weight - a.weight);
}
