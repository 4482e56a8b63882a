import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { build } from 'vite';
import { expect, inject, test, vi } from 'vitest';
import { OWNER, VIDEOS } from '../support/canned-videos.ts';
import { usePage } from '../support/page.ts';

const [FIRST] = VIDEOS;
const TITLE = FIRST?.title ?? '';
const it = usePage(builtExample);

/** An application that consists only of the two folders and the code blocks of the document, unchanged. */
async function builtExample(): Promise<string> {
  const root = mkdtempSync(join(inject('runFolder'), 'example-'));
  for (const folder of ['client', 'deletion']) cpSync(join('web/src', folder), join(root, folder), { recursive: true });
  const [component = '', main = ''] = [
    ...readFileSync('docs/PAGE.md', 'utf8').matchAll(/```(?:vue|ts)\n([\s\S]*?)```/g),
  ].map(([, code = '']) => code);
  writeFileSync(join(root, 'Videos.vue'), component);
  writeFileSync(join(root, 'main.ts'), main);
  writeFileSync(join(root, 'index.html'), '<div id="app"></div><script type="module" src="/main.ts"></script>');
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'out'));
  vi.stubEnv('NODE_ENV', 'production');
  await build({ root, configFile: false, plugins: [vue()], logLevel: 'error', build: { outDir: 'out' } });
  vi.unstubAllEnvs();
  return join(root, 'out');
}

/** What a server renders of the example, for somebody whose language the parts do not speak. */
async function renderedOnServer(): Promise<string> {
  const root = dirname(await builtExample());
  writeFileSync(
    join(root, 'server.ts'),
    `import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createI18n } from 'vue-i18n';
import Videos from './Videos.vue';
import { DeleteVideoButton } from './deletion/index.ts';
const App = { components: { Videos, DeleteVideoButton }, data: () => ({ video: { id: 'a', title: 'A walk' } }),
  template: '<Videos :token="() => \\'t\\'" /><DeleteVideoButton :video="video" :undo-seconds="10" />' };
const i18n = createI18n({ legacy: false, locale: 'fr', missingWarn: false, fallbackWarn: false, messages: { fr: {} } });
export const html = await renderToString(createSSRApp(App).use(i18n));
`,
  );
  await build({
    ...{ root, configFile: false, plugins: [vue()], logLevel: 'error' },
    build: { ssr: 'server.ts', outDir: 'server', rollupOptions: { output: { format: 'esm' } } },
  });
  const { html } = (await import(join(root, 'server/server.js'))) as { html: string };
  return html;
}

const items = () => it.page.locator('ul > li').filter({ has: it.page.locator('.delete-video') });

async function open(): Promise<void> {
  const answer = await fetch(`${it.url}/local/accounts/${OWNER}/token`, { method: 'POST' });
  const { token } = (await answer.json()) as { token: string };
  await it.page.route('**/my/token', (request) => request.fulfill({ body: token }));
  await it.page.goto(it.url);
  await items()
    .nth(VIDEOS.length - 1)
    .waitFor();
}

test('the example of the document deletes, undoes, and follows a deletion to its end', async () => {
  await open();
  await it.page.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await it.page.getByRole('dialog', { name: 'Delete this video?' }).getByRole('button', { name: 'Delete' }).click();
  await it.message().getByText('Moved to Recently deleted').waitFor();
  expect(await items().count()).toBe(VIDEOS.length - 1);
  await it.message().getByRole('button', { name: /^Undo/ }).click();
  await items()
    .nth(VIDEOS.length - 1)
    .waitFor();
  expect(await items().first().textContent()).toContain(TITLE);

  await it.page.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await it.message().waitFor();
  it.api.deletions.move(FIRST?.id ?? '', 'deleted');
  await it.message().getByText('Deleted everywhere').waitFor();
  await it.page.screenshot({ path: 'test-results/example.png' });
  await it.message().getByRole('button', { name: 'Dismiss' }).click();
  await it.message().waitFor({ state: 'detached' });
});

test('in the example, a refused video comes back, and the user can try again', async () => {
  await open();
  await it.page.route(`**/videos/${FIRST?.id}`, (request) => request.fulfill({ status: 403, json: {} }));
  await it.page.getByRole('button', { name: `Delete ${TITLE}` }).click();
  await it.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await it.message().getByText('You do not have permission for this.').waitFor();
  expect(await items().count()).toBe(VIDEOS.length);
  await it.page.unroute(`**/videos/${FIRST?.id}`);
  await it
    .message()
    .getByRole('button', { name: /^Try again/ })
    .click();
  await it.message().getByText('Moved to Recently deleted').waitFor();
  it.expectOnlyReportsOf('status of 403');
});

test('an application adds texts in a language that the parts do not have', async () => {
  it.context = await it.browser.newContext({ locale: 'fr' });
  it.page = await it.another(it.context);
  await open();
  expect(await items().first().getByRole('button').textContent()).toContain('Supprimer');
  await items().first().getByRole('button').click();
  await it.page.getByRole('dialog', { name: 'Delete this video?' }).waitFor();
});

test('a server renders the example, in English where the parts do not speak the language', async () => {
  const html = await renderedOnServer();
  expect(html).toContain('Delete A walk');
  expect(html).not.toContain('deleteNamed');
});

test('the styles of the parts use no property that they do not define', () => {
  const styles = readFileSync('web/src/deletion/deletion.css', 'utf8');
  const defined = new Set([...styles.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name));
  const used = [...styles.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  expect(used.filter((name) => !defined.has(name))).toEqual([]);
});
