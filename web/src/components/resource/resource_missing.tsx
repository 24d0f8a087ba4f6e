import { Link } from '@tanstack/react-router';
import { isApiError } from '@/api/client';
import { EmptyState, ErrorState } from '@/components/states';
import { toInventory } from '@/lib/links';

// Instead of a resource. That there is none is an answer and no fault: asking again would not help.
export function ResourceMissing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!isApiError(error) || error.status !== 404) {
    return <ErrorState error={error} what="The resource" onRetry={onRetry} />;
  }
  return (
    <EmptyState
      icon="question"
      title="There is no such resource"
      action={<Link {...toInventory()}>Go to Inventory</Link>}
    >
      HostMaster has never seen it, or it lies outside what you may see.
    </EmptyState>
  );
}
