/** One page with the application, and the sidebar by the names that people see. */
import { expect } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator, Page } from '@playwright/test';

/** Time that a kernel may need to start, or a preparation to end, in milliseconds. */
export const PATIENCE = { timeout: 30000 };

/** One page with the application, and a folder on the server. */
export class Lab {
  /**
   * @param page - the page
   * @param folder - on the server, where the notebooks lie
   */
  constructor(
    readonly page: Page,
    readonly folder: string
  ) {
    this.panel = page.getByRole('region', { name: 'Preflight', exact: true });
    this.box = this.panel.getByRole('textbox', { name: 'Link or command' });
    this.state = this.panel.locator('.jp-Preflight-state');
    this.sentence = this.state.getByRole('status');
    this.list = this.panel.getByRole('list', { name: 'Sources', exact: true });
    this.rows = this.list.getByRole('listitem');
  }

  /** The sidebar. */
  readonly panel: Locator;
  /** Its input. */
  readonly box: Locator;
  /** Its head: sentence and buttons. */
  readonly state: Locator;
  /** The sentence that rules it. */
  readonly sentence: Locator;
  /** The sources. */
  readonly list: Locator;
  /** Their rows. */
  readonly rows: Locator;

  /** A button of the head. */
  button(name: string): Locator {
    return this.state.getByRole('button', { name, exact: true });
  }

  /** A row by its folder or name. */
  row(name: string): Locator {
    return this.list.getByRole('listitem', { name, exact: true });
  }

  /** The names of all rows, in their order. */
  async names(): Promise<(string | null)[]> {
    return this.rows.evaluateAll(nodes =>
      nodes.map(node => node.getAttribute('aria-label'))
    );
  }

  /** Write a notebook of code cells, for a kernel of that name, into the folder. */
  async write(
    name: string,
    cells: readonly string[],
    kernel = 'python3'
  ): Promise<void> {
    const content = {
      cells: cells.map((source, index) => ({
        cell_type: 'code',
        id: `cell-${index}`,
        metadata: {},
        outputs: [],
        execution_count: null,
        source
      })),
      metadata: { kernelspec: { name: kernel, display_name: kernel } },
      nbformat: 4,
      nbformat_minor: 5
    };
    const response = await this.page.request.put(this._api(name), {
      data: { type: 'notebook', format: 'json', content }
    });
    expect(response.ok()).toBe(true);
  }

  /** Text of a file below the folder; null where there is none. */
  async read(name: string): Promise<string | null> {
    const response = await this.page.request.get(
      `${this._api(name)}?type=file&format=text`
    );
    return response.ok() ? (await response.json()).content : null;
  }

  /** Change the text of a file below the folder. */
  async overwrite(name: string, content: string): Promise<void> {
    const response = await this.page.request.put(this._api(name), {
      data: { type: 'file', format: 'text', content }
    });
    expect(response.ok()).toBe(true);
  }

  /** Names in a directory below the folder, sorted. */
  async listing(name: string): Promise<string[]> {
    const response = await this.page.request.get(`${this._api(name)}?type=directory`);
    const { content }: { content: { name: string }[] } = await response.json();
    return content.map(item => item.name).sort();
  }

  /** Load the application with a notebook of the folder, and wait for its kernel. */
  async open(name: string, ready = true): Promise<void> {
    await this.page.goto(`tree/${this.folder}/${name}`);
    await this.toolbar.waitFor();
    if (ready) {
      await this.idle();
    }
  }

  /** Load the application with a notebook, and show the sidebar. */
  async begin(name: string, ready = true): Promise<void> {
    await this.open(name, ready);
    await this.showPanel();
  }

  /** Open another notebook of the folder beside those that are open. */
  async openToo(name: string, ready = true): Promise<void> {
    await this.page.evaluate(
      path =>
        void window.jupyterapp.commands.execute('docmanager:open', { path }),
      `${this.folder}/${name}`
    );
    await expect(
      this.page.getByRole('tab', { name, selected: true })
    ).toBeVisible();
    if (ready) {
      await this.idle();
    }
  }

  /** The tool bar of the current notebook. */
  get toolbar(): Locator {
    return this.page.locator(
      '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-NotebookPanel-toolbar'
    );
  }

  /** Wait until the kernel of the current notebook has nothing to do. */
  async idle(): Promise<void> {
    await this.page.waitForFunction(
      () => {
        // There is no application before it has started, and after a reload no widget before the
        // layout is restored.
        const { jupyterapp } = window as Partial<Window>;
        const widget = jupyterapp?.shell?.currentWidget as NotebookPanel | null;
        const session = widget?.sessionContext?.session;
        return session?.kernel?.status === 'idle';
      },
      null,
      PATIENCE
    );
  }

  /** Show the sidebar by its tab. */
  async showPanel(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Preflight' }).click();
    await this.box.waitFor();
  }

  /** Open a section, where it is not open. */
  async openSection(name: string): Promise<void> {
    const heading = this.panel.getByRole('button', { name });
    if ((await heading.getAttribute('aria-expanded')) !== 'true') {
      await heading.click();
    }
  }

  /** Type into the box, and add what it understands. */
  async add(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
    await expect(this.box).toHaveValue('');
  }

  /** Prepare, and wait for the sentence of the end. */
  async prepare(sentence: string | RegExp = 'Ready'): Promise<void> {
    await this.state
      .getByRole('button', { name: /^(Prepare|Try again)$/ })
      .click();
    await expect(this.sentence).toHaveText(sentence, PATIENCE);
  }

  /** Prepare steps that come with the notebook, and allow them. */
  async allow(): Promise<void> {
    await this.button('Prepare').click();
    await this.button('Allow and prepare').click();
    await expect(this.sentence).toHaveText('Ready', PATIENCE);
  }

  /** Choose from the menu of a row. */
  async choose(row: string, item: string): Promise<void> {
    await this.row(row).click({ button: 'right' });
    await this.menuItem(item).click();
  }

  /** An item of the menu that is open. */
  menuItem(name: string): Locator {
    return this.page
      .locator('.lm-Menu')
      .getByRole('menuitem', { name, exact: true });
  }

  /** Run a command by the palette, with keys alone. */
  async command(label: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+c');
    await this.page.keyboard.type(label);
    await expect(
      this.page.locator('.lm-CommandPalette-item.lm-mod-active')
    ).toContainText(label);
    await this.page.keyboard.press('Enter');
  }

  /** Save the current notebook. */
  async save(): Promise<void> {
    await this.page.evaluate(() =>
      window.jupyterapp.commands.execute('docmanager:save')
    );
  }

  /** The sources of the cells of the current notebook. */
  async sources(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      const cells = (currentWidget as NotebookPanel).content.model?.cells ?? [];
      return Array.from(cells, cell => cell.sharedModel.getSource());
    });
  }

  /** A cell of the current notebook. */
  cell(index: number): Locator {
    return this.page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')
      .nth(index);
  }

  /** What a cell of the current notebook has said. */
  output(index: number): Locator {
    return this.cell(index).locator('.jp-Cell-outputArea');
  }

  /** Start a cell by its keys. */
  async run(index: number): Promise<void> {
    await this.cell(index).locator('.jp-InputArea .jp-InputPrompt').click();
    await this.page.keyboard.press('Control+Enter');
  }

  private _api(name: string): string {
    return `api/contents/${this.folder}/${name}`;
  }
}

