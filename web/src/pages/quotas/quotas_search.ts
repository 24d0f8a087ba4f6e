// The page's state is its URL: which quotas, of which service.
import { kQuotaShows, type QuotaShow } from '@/api/quota';

export interface View {
  show: QuotaShow;
  service: string | undefined;
}

const kDefaultShow: QuotaShow = 'counted';
const isShow = (text: string | undefined): text is QuotaShow => kQuotaShows.some((known) => known === text);

export const viewOf = (search: Record<string, string | undefined>): View => ({
  show: isShow(search['show']) ? search['show'] : kDefaultShow,
  service: search['service'],
});

export const searchOf = (view: View) => ({
  show: view.show === kDefaultShow ? undefined : view.show,
  service: view.service,
});
