import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { sessionQuery } from '@/api/session';
import { LiveProvider } from '@/app/live_provider';
import { ErrorState, Skeleton } from '@/components/states';
import { enter } from '@/lib/prefs';
import { LoginPage } from '@/pages/login/login_page';
import { NewPasswordPage } from '@/pages/login/new_password_page';
import { SetupPage } from '@/pages/login/setup_page';

// Nothing of the estate is shown before it is known who asks.
export function Gate({ children }: { children: ReactNode }) {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  const name = session?.name;
  useEffect(() => {
    if (name) enter(name);
  }, [name]);
  if (location.pathname === '/setup' && !session) return <SetupPage />;
  if (isPending) return <Skeleton lines={1} height={52} />;
  if (error) return <ErrorState error={error} what="HostMaster" onRetry={() => void refetch()} />;
  if (!session) return <LoginPage />;
  if (session.must_change_password) return <NewPasswordPage />;
  return <LiveProvider key={session.name}>{children}</LiveProvider>;
}
