/** The inputs that describe a field, with what is wrong beside each, and what comes of them. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { make, makeFocusable, makePicture, setAttribute } from '../forms/dom';
import { FIELD_EVENTS } from '../forms/hands';
import type { IField } from '../forms/types';
import type { Writing } from '../forms/literal';
import type { FieldType } from '../forms/value';
import type { IFieldSpec } from '../forms/write';
import {
  type FaultPart,
  type IDraft,
  type IReading,
  type Part,
  partsOf,
  readDraft,
  readOptions,
  withType,
  writeOptions
} from './draft';
import { FieldPreview } from './preview';
import type { NamePlace } from './names';
import {
  faultText,
  type Obstacle,
  obstacleText,
  takenText,
  typeNames
} from './words';

/** What the inputs describe a field of. */
export interface IFieldTarget {
  /** Whether the field is there already: its name and its value stay. */
  readonly isKnown: boolean;
  /** How values are written in the cell. */
  readonly writing: Writing;
  /** Where a name is that of a field already; null where it is free. */
  placeOf(name: string): NamePlace | null;
  /** The field as it would be read; null where there would be none. */
  sample(spec: IFieldSpec): IField | null;
  /** The line as it would be; null where it would be none of a field. */
  lineOf(spec: IFieldSpec): string | null;
  /** Write it; says what is in the way, if something is. */
  write(spec: IFieldSpec): Obstacle | null;
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

interface IRow {
  node: HTMLElement;
  input: Input;
  message: HTMLElement;
}

type RowPart = Part | 'name' | 'type';

/** Keys come from the dialog, which takes them before. */
const EVENTS = FIELD_EVENTS.filter(type => type !== 'keydown');

/** Stands for a name that is not given yet. */
const STAND_IN = 'name';

let count = 0;

/** The inputs that describe a field. */
export class FieldEditor extends Widget {
  /**
   * @param draft - what stands in the inputs at the beginning
   * @param target - where the field is, or will be
   * @param trans - translations
   */
  constructor(draft: IDraft, target: IFieldTarget, trans: TranslationBundle) {
    super({ node: make('div', 'jp-Preflight-authoring') });
    this._draft = draft;
    this._target = target;
    this._trans = trans;
    this._preview = new FieldPreview(value => {
      this._draft = { ...this._draft, value };
      // Later: what is typed is not to be replaced while it is taken.
      this.update();
      return this._read().spec.default !== undefined;
    }, trans);
    this._failure.setAttribute('role', 'alert');
    this._makeRows();
  }

  /**
   * Write the field, or show what is wrong.
   *
   * @returns whether it is written
   */
  accept(): boolean {
    const isWrong = !this._target.isKnown && this._preview.isWrong;
    const { spec, faults } = this._read();
    const [first] = faults.keys();
    this._touched = new Set(this._rows.keys());
    this._update();
    if (first) {
      this._rows.get(first)?.input.focus();
      return false;
    }
    if (isWrong) {
      this._preview.focus();
      return false;
    }
    const obstacle = this._target.write(spec);
    if (obstacle) {
      say(this._failure, obstacleText(this._trans, obstacle));
    }
    return obstacle === null;
  }

  /** Take a key before the dialog does; says whether it is used up. */
  press(event: KeyboardEvent): boolean {
    return this._preview.take(event);
  }

  /** @param event - of any element in the editor */
  handleEvent(event: Event): void {
    if (this._preview.take(event)) {
      return;
    }
    const { target } = event;
    const part = this._partOf(target);
    if (!part) {
      return;
    }
    if (event.type === 'focusout') {
      // Nothing is wrong with an input that somebody has only looked at.
      if (this._rows.get(part)?.input.value) {
        this._touch(part);
      }
    } else if (event.type === 'input') {
      this._onInput(part);
    }
  }

  protected override onBeforeAttach(msg: Message): void {
    super.onBeforeAttach(msg);
    // Only now, for dialogs dress what stands in them when they are made.
    const { _trans: trans } = this;
    const hint = this._target.isKnown
      ? trans.__('The value stays as it is.')
      : trans.__('The value given here is the one to begin with.');
    const head = make('h2', 'jp-Preflight-authoringHead', trans.__('Preview'));
    const preview = make(
      'section',
      'jp-Preflight-authoringPreview',
      head,
      make('p', 'jp-Preflight-sub', hint),
      this._preview.node,
      this._line
    );
    head.id = `jp-preflight-authoring-${count++}`;
    preview.setAttribute('role', 'group');
    preview.setAttribute('aria-labelledby', head.id);
    this.node.append(
      ...[...this._rows.values()].map(({ node }) => node),
      preview,
      this._failure
    );
    EVENTS.forEach(type => this.node.addEventListener(type, this));
    this._update();
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    this._update();
  }

  protected override onAfterDetach(msg: Message): void {
    this._preview.clear();
    EVENTS.forEach(type => this.node.removeEventListener(type, this));
    super.onAfterDetach(msg);
  }

  private _read(): IReading {
    const { spec, faults } = readDraft(this._draft, this._target.writing);
    // The name of a field that is there is right as it is.
    const others = [...faults].filter(([part]) => this._rows.has(part));
    return { spec, faults: new Map(others) };
  }

  private _makeRows(): void {
    const { _draft: draft, _trans: trans } = this;
    if (!this._target.isKnown) {
      this._addRow('name', trans.__('Name'), textInput('jp-mod-mono'));
    }
    const type = makeFocusable('select', 'jp-Preflight-select');
    type.append(
      ...typeNames(trans).map(([value, label]) => new Option(label, value))
    );
    this._addRow('type', trans.__('Type'), type);
    const options = make('textarea', 'jp-Preflight-input jp-mod-code');
    options.setAttribute('data-lm-suppress-shortcuts', 'true');
    options.rows = 3;
    options.spellcheck = false;
    this._addRow('options', trans.__('Options, one a line'), options);
    this._addRow('allowInput', trans.__('Allow other texts'), checkBox());
    this._addRow('isCode', trans.__('Insert the choice as code'), checkBox());
    this._addRow('min', trans.__('Minimum'), textInput('decimal'));
    this._addRow('max', trans.__('Maximum'), textInput('decimal'));
    this._addRow('step', trans.__('Step'), textInput('decimal'));
    this._addRow('placeholder', trans.__('Placeholder'), textInput());
    this._hold(draft);
  }

  private _addRow(part: RowPart, text: string, input: Input): void {
    const id = `jp-preflight-authoring-${count++}`;
    const label = make('label', '', text);
    const message = make('div', 'jp-Preflight-message');
    label.htmlFor = id;
    input.id = id;
    message.id = `${id}-message`;
    message.setAttribute('aria-live', 'polite');
    input.dataset.part = part;
    input.setAttribute('aria-describedby', message.id);
    const node = make('div', 'jp-Preflight-authoringRow');
    node.dataset.part = part;
    node.append(label, input, message);
    this._rows.set(part, { node, input, message });
  }

  /** Put the draft into the inputs. */
  private _hold(draft: IDraft): void {
    for (const [part, { input }] of this._rows) {
      const value = draft[part];
      if (typeof value === 'boolean') {
        (input as HTMLInputElement).checked = value;
      } else {
        input.value = typeof value === 'string' ? value : writeOptions(value);
      }
    }
  }

  private _onInput(part: RowPart): void {
    const input = this._rows.get(part)?.input;
    if (!input) {
      return;
    }
    const { value } = input;
    switch (part) {
      case 'type':
        this._preview.flush();
        this._preview.clear();
        this._draft = withType(this._draft, value as FieldType);
        this._hold(this._draft);
        break;
      case 'options':
        this._draft = { ...this._draft, options: readOptions(value) };
        break;
      case 'allowInput':
      case 'isCode':
        this._draft = {
          ...this._draft,
          [part]: (input as HTMLInputElement).checked
        };
        break;
      default:
        this._draft = { ...this._draft, [part]: value };
    }
    this._touched.add(part);
    this._update();
  }

  private _touch(part: RowPart): void {
    if (!this._touched.has(part)) {
      this._touched.add(part);
      this._update();
    }
  }

  /** Show what is described now. */
  private _update(): void {
    const reading = this._read();
    const parts: readonly RowPart[] = ['name', 'type', ...partsOf(this._draft)];
    for (const [part, row] of this._rows) {
      row.node.hidden = !parts.includes(part);
      this._sayFault(part, row, reading);
    }
    const { spec } = reading;
    const isNamed = !reading.faults.has('name');
    const named = isNamed ? spec : { ...spec, name: STAND_IN };
    const field = this._target.sample(named);
    if (field) {
      this._preview.show(field, !this._target.isKnown);
    }
    this._line.textContent = this._target.lineOf(named) ?? '';
    this._line.classList.toggle('jp-mod-unnamed', !isNamed);
    say(this._failure, '');
  }

  private _sayFault(
    part: RowPart,
    { input, message }: IRow,
    { spec, faults }: IReading
  ): void {
    const { _trans: trans } = this;
    const fault = this._touched.has(part)
      ? faults.get(part as FaultPart)
      : undefined;
    setAttribute(input, 'aria-invalid', fault ? 'true' : null);
    if (fault) {
      say(message, faultText(trans, part as FaultPart, fault));
      return;
    }
    // Nothing is wrong with a second field of a name, as long as somebody means it.
    const place = part === 'name' ? this._target.placeOf(spec.name) : null;
    say(message, place ? takenText(trans, place) : '', 'needs');
  }

  private _partOf(target: EventTarget | null): RowPart | null {
    const part = target instanceof HTMLElement ? target.dataset.part : null;
    return [...this._rows.keys()].find(one => one === part) ?? null;
  }

  private readonly _failure = make('div', 'jp-Preflight-message');
  private readonly _line = make('code', 'jp-Preflight-authoringLine');
  private readonly _preview: FieldPreview;
  private readonly _rows = new Map<RowPart, IRow>();
  private readonly _target: IFieldTarget;
  private readonly _trans: TranslationBundle;
  private _draft: IDraft;
  private _touched = new Set<RowPart>();
}

function textInput(
  kind: 'jp-mod-mono' | 'decimal' | '' = ''
): HTMLInputElement {
  const input = makeFocusable('input', 'jp-Preflight-input');
  input.type = 'text';
  input.autocomplete = 'off';
  input.spellcheck = kind === '';
  if (kind === 'decimal') {
    input.inputMode = kind;
  } else if (kind) {
    input.classList.add(kind);
  }
  return input;
}

function checkBox(): HTMLInputElement {
  const input = makeFocusable('input', 'jp-Preflight-check');
  input.type = 'checkbox';
  return input;
}

/** Show a sentence about something wrong or remarkable, or none. */
function say(
  node: HTMLElement,
  text: string,
  picture: 'failed' | 'needs' = 'failed'
): void {
  if (node.textContent !== text) {
    node.replaceChildren(
      ...(text ? [makePicture(picture), make('span', '', text)] : [])
    );
  }
}
