import { useMediaQuery } from '@mantine/hooks';
import { CopyTextButton } from '@/components/copy_button';
import { FailureStrip, News } from '@/components/endless_list';
import { FilterBox } from '@/components/filter/filter_box';
import { Page } from '@/components/panel';
import { ResourceDrawer } from '@/components/resource/drawer';
import { ErrorState, Skeleton } from '@/components/states';
import { ViewsMenu } from '@/components/views/views_menu';
import { scopeWords, type Words } from '@/lib/views';
import { Facets } from './facets';
import { savedWords, viewOf } from './inventory_search';
import { Note, Nothing, WrongFilter } from './notes';
import { ResourceTable } from './resource_table';
import { Columns, DensityMenu, ExportMenu, SelectionBar } from './tools';
import { kMostLoaded, useInventory } from './use_inventory';
import { useColumnChoice } from './use_view';
import classes from './inventory.module.css';

const meaningOf = (saved: Words): Words => ({ ...scopeWords(saved), ...savedWords(viewOf(saved)) });

export function InventoryPage() {
  const inventory = useInventory();
  const { view, setView, wanted, resources, news, error, wrong } = inventory;
  const { rows, first, query } = resources;
  const phone = useMediaQuery('(max-width: 640px)') ?? false;
  const chooseColumns = useColumnChoice(setView);
  const tools = phone ? null : (
    <>
      <Columns columns={view.columns} tagKeys={inventory.tagKeys} onChange={chooseColumns} />
      <DensityMenu />
    </>
  );
  return (
    <Page
      fill
      busy={query.isPlaceholderData}
      title="Inventory"
      note={<Note page={first} loaded={rows.length} />}
      actions={
        <>
          <ViewsMenu
            kind="inventory"
            noun="view"
            words={{ ...savedWords(view), ...inventory.scope }}
            meaning={meaningOf}
          />
          <CopyTextButton size="sm" label="Copy link" what="the link" text={location.href} />
          {tools}
          <ExportMenu
            wanted={wanted}
            total={query.isPlaceholderData ? undefined : first?.total}
            off={wrong}
          />
        </>
      }
    >
      <div className={classes.filters}>
        <FilterBox value={view.filter} onChange={(filter) => setView({ filter }, true)} error={error} />
        <Facets
          facets={resources.facets.data}
          old={resources.facets.isPlaceholderData}
          failed={resources.facets.isError}
          filter={view.filter}
          onChange={(filter) => setView({ filter })}
        />
      </div>
      <SelectionBar
        chosen={rows.filter((row) => inventory.selection.chosen.has(row.id))}
        onClear={() => inventory.selection.set(new Set())}
      />
      <News news={news} noun="resource" />
      <FailureStrip
        error={first && !wrong ? resources.failure : null}
        what="The list"
        onRetry={resources.retry}
      />
      <Rows inventory={inventory} phone={phone} />
      {view.id ? <ResourceDrawer id={view.id} onClose={inventory.close} onWalk={inventory.walk} /> : null}
    </Page>
  );
}

function Rows({ inventory, phone }: { inventory: ReturnType<typeof useInventory>; phone: boolean }) {
  const { view, setView, resources, wrong } = inventory;
  const { query, rows, first, reach, retry } = resources;
  const clear = () => setView({ filter: '' });
  if (wrong && rows.length === 0) return <WrongFilter onClear={clear} />;
  if (query.error && !first) return <ErrorState error={query.error} what="The list" onRetry={retry} />;
  if (!first) return <Skeleton lines={16} height={30} />;
  if (first.total === 0) return <Nothing page={first} filtered={view.filter !== ''} onClear={clear} />;
  return (
    <ResourceTable
      rows={rows}
      total={Math.min(first.total, Math.max(kMostLoaded, rows.length))}
      view={view}
      scope={inventory.scope}
      onView={inventory.open}
      onSort={inventory.sort}
      selection={inventory.selection}
      active={inventory.active}
      onActive={inventory.setActive}
      onReach={reach}
      scroller={inventory.scroller}
      phone={phone}
      busy={query.isPlaceholderData || wrong}
    />
  );
}
