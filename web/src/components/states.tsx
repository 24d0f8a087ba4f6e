import { Button } from '@mantine/core';
import { Component, type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '@/api/client';
import { CopyButton } from '@/components/copy_button';
import { Icon, type IconName } from '@/components/icons';
import classes from '@/components/states.module.css';

interface EmptyProps {
  icon?: IconName;
  title: string;
  children?: ReactNode; // why it is empty
  action?: ReactNode; // the one next step
}

export function EmptyState({ icon = 'info', title, children, action }: EmptyProps) {
  return (
    <div className={classes.state}>
      <span className={classes.icon}>
        <Icon name={icon} size={20} />
      </span>
      <p className={classes.title}>{title}</p>
      {children ? <div className={classes.text}>{children}</div> : null}
      {action}
    </div>
  );
}

interface ErrorProps {
  error: unknown;
  what: string; // "The list of resources"
  onRetry?: () => void;
}

export function ErrorState({ error, what, onRetry }: ErrorProps) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div className={classes.state} role="alert">
      <span className={classes.icon} data-bad>
        <Icon name="warning" size={20} />
      </span>
      <p className={classes.title}>{what} could not be loaded</p>
      <div className={classes.text}>{error instanceof Error ? error.message : 'An unexpected fault.'}</div>
      {known?.requestId ? (
        <p className={classes.request}>
          Request <code>{known.requestId}</code>
          <CopyButton text={known.requestId} what="the request id" />
        </p>
      ) : null}
      {onRetry ? (
        <Button onClick={onRetry} leftSection={<Icon name="refresh" />}>
          Retry
        </Button>
      ) : null}
    </div>
  );
}

interface BoundaryProps {
  what: string;
  children: ReactNode;
}

// One for each panel, so that a fault in one leaves the others readable.
export class ErrorBoundary extends Component<BoundaryProps, { error: unknown }> {
  override state = { error: undefined };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <ErrorState
        error={this.state.error}
        what={this.props.what}
        onRetry={() => this.setState({ error: undefined })}
      />
    );
  }
}

const kPatienceMs = 150;

// Grey bars with the final geometry, shown only when the answer takes long enough to be noticed.
export function Skeleton({ lines = 3, height = 20 }: { lines?: number; height?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), kPatienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.skeleton} aria-busy="true" data-late={late || undefined}>
      <span className="hm-sr">Loading</span>
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((line) => (
        <div key={line} className={classes.bar} style={{ height }} />
      ))}
    </div>
  );
}
