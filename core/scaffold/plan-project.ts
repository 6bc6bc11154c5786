import { basename } from 'node:path';
import type { PluginName } from './plugin-name.ts';
import { optionsText, pluginText } from './plugin-text.ts';
import { packageText, readmeText, settingsText, type Installation } from './project-texts.ts';
import { testText } from './test-text.ts';

/** A file that is to be written. */
export interface PlannedFile {
  readonly name: string;
  readonly text: string;
  /** Those of the project stay as they are if they are there; those of the plugin are what is asked for. */
  readonly of: 'plugin' | 'project';
  /** A plugin is enabled by its execute bit. */
  readonly isExecutable?: true;
}

/** The texts of a plugin. */
export interface PluginTexts {
  readonly plugin: string;
  readonly options: string;
  readonly test: string;
}

/** A plugin that keeps a service of its name running. */
export const plainPlugin = (name: PluginName): PluginTexts => ({
  plugin: pluginText(name),
  options: optionsText(name),
  test: testText(name),
});

/** The files of a plugin and of the project around it, in this folder. */
export function planProject(
  { whole }: PluginName,
  folder: string,
  { plugin, options, test }: PluginTexts,
  installation: Installation,
): readonly PlannedFile[] {
  const name = basename(folder) || 'plugins';
  return [
    { name: `${whole}.ts`, text: plugin, of: 'plugin', isExecutable: true },
    { name: `${whole}.options`, text: options, of: 'plugin' },
    { name: `${whole}.test.ts`, text: test, of: 'plugin' },
    { name: 'package.json', text: packageText(name, installation), of: 'project' },
    { name: 'tsconfig.json', text: settingsText(installation), of: 'project' },
    { name: 'README.md', text: readmeText(name, installation), of: 'project' },
  ];
}
