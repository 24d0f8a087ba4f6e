import type { Coverage } from '@/api/types';
import { Panel } from '@/components/panel';
import { count, plural } from '@/lib/format';
import classes from './coverage.module.css';

// What is off is not looked at, which is another thing than nothing being there.
export function NotAskedPanel({ services }: { services: Coverage['not_asked'] }) {
  if (services.length === 0) return null;
  const tables = services.reduce((sum, service) => sum + service.tables, 0);
  return (
    <Panel
      title="Not asked for"
      note={`${plural(tables, 'more type')} of ${plural(services.length, 'service')}: what you have of them is not known`}
    >
      <details className={classes.notAsked}>
        <summary>
          Name a service in <code>derived_services</code> of the configuration to read what AWS lists of it
        </summary>
        <ul className={classes.services}>
          {services.map((service) => (
            <li key={service.service} title={service.title}>
              <code>{service.service}</code> <span className="hm-muted hm-num">{count(service.tables)}</span>
            </li>
          ))}
        </ul>
      </details>
    </Panel>
  );
}
