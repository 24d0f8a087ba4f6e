// The SQL console: completion, what a column holds, saved queries, cancelling, files.
import { readFileSync } from 'node:fs';
import { base, faultsOf, openContext, openPage, settle } from '../../browser.mjs';
import { equal, none, truthy } from '../../expect.mjs';
import { addPerson, contextOf } from '../../people.mjs';

const kEndless = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n';
const editorOf = (page) => page.getByRole('textbox', { name: 'SQL statement' });
const completions = (page) => page.getByRole('listbox', { name: 'Completions' }).getByRole('option');

async function withConsole(browser, run, { path = '/query', allowed } = {}) {
  const context = await openContext(browser);
  const page = await openPage(context, path, { allowed });
  await run(page, context);
  await settle(page);
  none(await faultsOf(page), 'the console');
  await context.close();
}

async function completion(browser) {
  await withConsole(browser, async (page) => {
    const editor = editorOf(page);
    await page.getByRole('searchbox').or(page.getByLabel('Search tables and columns')).waitFor();
    await editor.fill('');
    await editor.pressSequentially('select count(*) from ebs_vol');
    await completions(page).first().waitFor();
    await page.keyboard.press('Tab');
    equal(await editor.inputValue(), 'select count(*) from aws_ebs_volume', 'the table that was chosen');
    await editor.pressSequentially(' v where v.enc');
    await completions(page).filter({ hasText: 'v.encrypted' }).waitFor();
    await settle(page);
    none(await faultsOf(page), 'completions');
    await page.keyboard.press('Enter');
    truthy((await editor.inputValue()).endsWith('where v.encrypted'), await editor.inputValue());
    await editor.pressSequentially(' = 1 or st');
    await completions(page).first().waitFor();
    await page.keyboard.press('Escape');
    equal(await completions(page).count(), 0, 'completions after Escape');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Rows' }).getByRole('cell').first().waitFor();
  });
}

async function statistics(browser) {
  await withConsole(browser, async (page, context) => {
    await page.getByLabel('Search tables and columns').fill('aws_ebs_volume');
    await page.locator('summary', { hasText: 'aws_ebs_volume' }).first().click();
    await page.getByRole('button', { name: 'volume_type: what it holds' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'aws_ebs_volume.volume_type' });
    const figure = async (title) =>
      Number(
        (
          await dialog
            .locator('dl > div')
            .filter({ has: page.getByText(title, { exact: true }) })
            .locator('dd')
            .textContent()
        ).replaceAll(/\D/g, ''),
      );
    await dialog.getByRole('table').waitFor();
    const answer = await context.request.post(`${base}/api/v1/query`, {
      data: { sql: 'select count(*), count(distinct volume_type) from aws_ebs_volume' },
      headers: { Origin: base },
    });
    const [[rows, distinct]] = (await answer.json()).rows;
    truthy(rows > 0, 'there are no volumes');
    equal(await figure('Rows'), rows, 'rows');
    equal(await figure('Distinct'), distinct, 'distinct values');
    equal(await figure('Unknown'), 0, 'unknown values of a company that answers everything');
    equal(await dialog.getByRole('table').getByRole('row').count(), distinct + 1, 'values');
    await settle(page);
    none(await faultsOf(page), 'the statistics');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
}

async function cancelling(browser) {
  await withConsole(
    browser,
    async (page) => {
      await editorOf(page).fill(kEndless);
      await page.keyboard.press('Control+Enter');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('alert').filter({ hasText: 'cancelled' }).waitFor();
      // The server has let go of it: a person has one statement at a time.
      await editorOf(page).fill('select 41 + 1');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('cell', { name: '42' }).waitFor();
    },
    { allowed: /409/ },
  );
}

async function savedQueries(browser) {
  const admin = await openContext(browser);
  const page = await openPage(admin, '/query');
  const name = `Volumes by type ${Date.now().toString(36)}`;
  const sql = 'select volume_type, count(*) as n from aws_ebs_volume group by volume_type';
  await editorOf(page).fill(sql);
  await page.getByRole('button', { name: /^Queries/ }).click();
  await page.getByRole('menuitem', { name: 'Save as…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this query' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: `Queries: ${name}`, exact: true }).waitFor();
  await editorOf(page).fill('select 1');
  await page.getByRole('button', { name: `Queries: ${name} changed` }).waitFor();

  const other = await contextOf(browser, await addPerson(browser, admin));
  const theirs = await openPage(other, '/query');
  await theirs.getByRole('button', { name: 'Queries' }).click();
  await theirs.getByRole('menuitem', { name }).click();
  await theirs
    .getByRole('region', { name: 'Rows' })
    .getByRole('columnheader', { name: 'volume_type' })
    .waitFor();
  equal(await editorOf(theirs).inputValue(), sql, 'the saved statement');
  await theirs.reload();
  await theirs.getByRole('button', { name: `Queries: ${name}` }).waitFor();
  await theirs.getByRole('region', { name: 'Rows' }).waitFor();
  await settle(theirs);
  none(await faultsOf(theirs), 'the saved query');
  await other.close();
  await admin.close();
}

// Cells that a spreadsheet would run are defused, whichever character they begin with.
async function files(browser) {
  await withConsole(browser, async (page) => {
    await editorOf(page).fill(
      "select '=1+1' as a, '+1+1' as b, '-1+1' as c, '@x' as d, char(9) || 'x' as e, char(13) || 'x' as f, -5 as g",
    );
    const save = async (format) => {
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: format }).click(),
      ]);
      equal(download.suggestedFilename(), `query.${format.toLowerCase()}`, 'the name of the file');
      return readFileSync(await download.path(), 'utf8');
    };
    const csv = await save('CSV');
    equal(csv, `a,b,c,d,e,f,g\r\n'=1+1,'+1+1,'-1+1,'@x,'\tx,"'\rx",-5\r\n`, 'the CSV file');
    const json = JSON.parse(await save('JSON'));
    equal(json.rows, [['=1+1', '+1+1', '-1+1', '@x', '\tx', '\rx', -5]], 'rows of the JSON file');
    equal(json.truncated, false, 'whether rows are missing');
  });
}

export const checks = [
  { name: 'console: tables and columns are completed by the keyboard', run: completion },
  { name: 'console: what a column holds', run: statistics },
  { name: 'console: a statement is cancelled and the next one runs', run: cancelling },
  { name: 'console: a shared query is opened by somebody else', run: savedQueries },
  { name: 'console: files that a spreadsheet does not run', run: files },
];
