import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { scanQuery, startScan } from '@/api/sweep';
import { Icon } from '@/components/icons';
import { useMay } from '@/components/session';
import { announce } from '@/components/toast';
import { count, plural } from '@/lib/format';
import classes from '@/components/scan_progress.module.css';

// The scan under way; nothing while there is none.
export function ScanProgress() {
  const { data: scan } = useQuery(scanQuery);
  if (!scan?.running) return null;
  const { done, resources, calls, not_ok: gaps } = scan;
  // The numbers are of all accounts, and are not told to who may see some of them.
  const told = done !== null && resources !== null && calls !== null;
  const share = told && scan.total ? done / scan.total : undefined;
  return (
    <section className={classes.strip} aria-label="Scan under way">
      <div className={classes.words}>
        <strong>Scanning</strong>
        {told && (
          <>
            <span className="hm-num">
              {count(done)} of {scan.total === null ? 'a number not known yet' : count(scan.total)} places
              asked
            </span>
            <span className={`${classes.right} hm-num`}>
              {plural(resources, 'resource')}, {plural(calls, 'call')}
              {gaps ? `, ${plural(gaps, 'gap')} so far` : ''}
            </span>
          </>
        )}
      </div>
      <progress
        className={classes.bar}
        max={1}
        {...(share === undefined ? {} : { value: share })}
        aria-label="Scan"
      />
    </section>
  );
}

export function ScanButton() {
  const mayScan = useMay('operator');
  const { data: scan } = useQuery(scanQuery);
  const scanNow = useMutation({
    mutationFn: () => startScan([]),
    onSuccess: () => announce('The scan is under way'),
  });
  if (!mayScan) return null;
  return (
    <Button
      onClick={() => scanNow.mutate()}
      loading={scanNow.isPending}
      disabled={scan?.running ?? false}
      leftSection={<Icon name="refresh" />}
    >
      {scan?.running ? 'Scanning' : 'Scan now'}
    </Button>
  );
}
