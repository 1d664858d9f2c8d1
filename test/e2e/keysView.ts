import type { Workbench } from '../support/workbench';
import { TreePane } from './treePane';

/** The view “API Keys” in the side bar, and the commands of keys, as a person meets them. */
export class KeysView extends TreePane {
  constructor(workbench: Workbench) {
    super(workbench, 'API Keys', 'Sluice: Manage API Keys');
  }

  async add(key: string, label: string): Promise<void> {
    await this.workbench.runCommand('Sluice: Add API Key…');
    await this.answerAdding(key, label);
  }

  /** The two boxes that adding a key has, however it began. */
  async answerAdding(key: string, label: string): Promise<void> {
    const { quickInput } = this.workbench;
    await quickInput.answer({ placeholder: 'API key' }, key);
    await quickInput.answer({ placeholder: 'Label' }, label);
    await this.workbench.closeNotification(`“${label}” is stored and in use.`);
  }

  /** Puts another secret in the place of the key's. */
  async rotate(label: string, key: string): Promise<void> {
    await this.act(label, 'Rotate…');
    await this.workbench.quickInput.answer({ placeholder: 'API key' }, key);
    await this.workbench.closeNotification(`“${label}” has its new key.`);
  }
}
