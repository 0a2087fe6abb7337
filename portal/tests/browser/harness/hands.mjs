// How somebody uses a page: with a mouse, or with the keyboard alone.

/** Tabs until a control is reached, at most. */
const TABS_MAX = 400;

export class Mouse {
  constructor(page) {
    this.page = page;
  }

  press(control) {
    return control.click();
  }

  write(field, text) {
    return field.fill(text);
  }

  choose(list, value) {
    return list.selectOption(value);
  }

  mark(choice) {
    return choice.check();
  }
}

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Goes on by Tab until the control has the focus, as somebody who sees where it is. */
  async reach(control) {
    await control.waitFor({ state: 'attached' });
    for (let count = 0; count < TABS_MAX; count += 1) {
      if (await control.evaluate((one) => one === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`${control} can't be reached by Tab`);
  }

  async press(control) {
    await this.reach(control);
    const act = await control.evaluate((one) => one.tagName === 'SUMMARY' || one.type === 'checkbox');
    await this.page.keyboard.press(act ? 'Space' : 'Enter');
  }

  async write(field, text) {
    await this.reach(field);
    await this.page.keyboard.press('ControlOrMeta+A');
    if (text) await this.page.keyboard.type(text);
    else await this.page.keyboard.press('Delete');
  }

  async choose(list, value) {
    await this.reach(list);
    const label = await list.locator(`option[value="${value}"]`).textContent();
    await this.page.keyboard.type(label.trim());
    if ((await list.inputValue()) !== value) throw new Error(`“${label}” can't be chosen by typing`);
  }

  /** Of radios, one of which Tab reaches, arrows choose. */
  async mark(choice) {
    const { type, name } = await choice.evaluate(({ type, name }) => ({ type, name }));
    if (type !== 'radio') {
      await this.reach(choice);
      return (await choice.isChecked()) || this.page.keyboard.press('Space');
    }
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    const focused = () => group.evaluateAll((all) => all.includes(document.activeElement));
    for (let count = 0; count < TABS_MAX && !(await focused()); count += 1) await this.page.keyboard.press('Tab');
    await this.page.keyboard.press('Space');
    for (let count = await group.count(); count > 0 && !(await choice.isChecked()); count -= 1) {
      await this.page.keyboard.press('ArrowDown');
    }
  }
}

/** Fills in what a page asks of this, by the names of its fields. A date is `[day, month, year]`. */
export async function fill(hands, page, values) {
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) {
      const parts = { [`${name}_day`]: value[0], [`${name}_month`]: value[1], [`${name}_year`]: value[2] };
      if (await page.locator(`[name="${name}_day"]`).count()) await fill(hands, page, parts);
      continue;
    }
    const field = page.locator(`[name="${name}"]`).first();
    if (!(await field.count())) continue;
    const kind = await field.evaluate((one) => (one.tagName === 'SELECT' ? 'select' : one.type));
    if (kind === 'select') await hands.choose(field, value);
    else if (kind === 'radio') await hands.mark(page.locator(`[name="${name}"][value="${value}"]`));
    else if (kind !== 'hidden') await hands.write(field, value);
  }
}
