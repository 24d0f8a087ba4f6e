import type { ResourceDetail } from '@/api/types';
import { CopyButton } from '@/components/copy_button';
import { Icon } from '@/components/icons';
import { MiddleText } from '@/components/middle_text';
import { When } from '@/components/when';
import classes from '@/components/resource/resource.module.css';

export function ResourceHead({ resource, level = 2 }: { resource: ResourceDetail; level?: 1 | 2 }) {
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <div className={classes.headBox}>
      <p className={classes.kicker}>
        {resource.type_title}
        {resource.state ? ` · ${resource.state}` : ''}
      </p>
      <Title className={classes.title} {...(level === 1 ? { id: 'page-title', tabIndex: -1 } : {})}>
        {resource.name}
      </Title>
      {resource.gone_at ? (
        <p className={classes.gone}>
          <Icon name="info" /> Gone since <When at={resource.gone_at} />. This is the last that was seen of
          it.
        </p>
      ) : null}
      <p className={classes.identity}>
        <MiddleText text={resource.arn || resource.key} mono />
        <CopyButton text={resource.arn || resource.key} what={resource.arn ? 'the ARN' : 'the id'} />
        {resource.console_url ? (
          <a className={classes.console} href={resource.console_url} target="_blank" rel="noreferrer">
            Open in AWS <Icon name="external" size={12} />
          </a>
        ) : null}
      </p>
    </div>
  );
}
