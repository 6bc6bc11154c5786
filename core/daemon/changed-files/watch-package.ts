import type { RunNotifier } from '../../run-observers/run-notifier.ts';
import type { Report } from '../report.ts';
import { PackageWatch } from './package-watch.ts';

/** Looks after each monitor whether another version of this package is installed, and reports it. */
export function watchPackage({ observable }: RunNotifier, report: Report): void {
  const watch = new PackageWatch();
  observable.on('run:end', ({ event }) => {
    const news = event.name === 'monitor' ? watch.findNews() : undefined;
    if (news !== undefined) report(news, news.startsWith('WARNING') ? 'WARNING' : 'NOTICE');
  });
}
