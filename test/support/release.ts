import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';

/** The version that `packNextRelease` makes. */
export const nextVersion = '0.2.0';

/** Longest time that packing and an installation with npm may take together, in milliseconds. */
export const installTimeoutMs = 240_000;

/** A directory of its own for all tests of a file, removed after them. */
export function sharedDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'ctdb-hook-test-'));
  // What was installed there is much to remove on a busy machine.
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  }, installTimeoutMs);
  return path;
}

/**
 * Packs what a release would: `npm pack` in a copy of the sources where nothing is built yet. The dependencies are this
 * checkout's.
 *
 * @returns the tarball, in `directory`
 */
export async function packRelease(directory: string): Promise<string> {
  const checkout = join(directory, 'checkout');
  const left = ['.git', 'node_modules', 'dist'];
  cpSync(packageRoot, checkout, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  symlinkSync(join(packageRoot, 'node_modules'), join(checkout, 'node_modules'));
  const { stdout } = await npm(checkout, 'pack', '--pack-destination', directory);
  const tarball = join(directory, stdout.split('\n').at(-1) ?? '');
  if (!existsSync(tarball)) throw new Error(`npm pack made no tarball: ${stdout}`);
  return tarball;
}

/** Packs what `packRelease` left in `directory` once more, as the version to come: other sources, so another build. */
export async function packNextRelease(directory: string): Promise<void> {
  const checkout = join(directory, 'checkout');
  await npm(checkout, 'version', '--no-git-tag-version', '--ignore-scripts', nextVersion);
  await npm(checkout, 'pack', '--pack-destination', directory);
}

/** Installs a tarball into an empty project in `directory`, and returns the project. */
export async function installInProject(directory: string, tarball: string): Promise<string> {
  const project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  await npm(project, 'install', '--ignore-scripts', tarball);
  return project;
}

/** Runs npm as somebody does who has nothing to do with this checkout. What npm has in its cache it does not fetch. */
export const npm = (cwd: string, ...words: readonly string[]) =>
  execa('npm', [...words, '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd,
    env: strangersEnvironment(),
    extendEnv: false,
    timeout: installTimeoutMs,
  });

/** The environment without what `npm run` adds to it: this checkout's programs, and settings for this checkout. */
export function strangersEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_(?!config_)|npm_config_(?:local_|global_)?prefix$|INIT_CWD$|NODE$)/.test(name),
  );
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(own), PATH: path.join(':') };
}
