import type { TestNode } from '../../node/test-node.ts';
import type { Check } from '../check.ts';
import { ContractBroken } from '../contract-broken.ts';
import { movedIps, placeOf, stepAt, type Subject } from '../subject.ts';

const place = placeOf('releaseip');
const step = stepAt(place);

/** Trouble of a plugin's own, none of which may keep an address on a node or cost the node its place in the cluster. */
const troubles: readonly (readonly [what: string, make: (node: TestNode, subject: Subject) => void])[] = [
  [
    'with options that are all wrong',
    (node, { plugin }) => {
      for (const name of Object.keys(plugin.options?.shape ?? {})) node.options.set(name, '!! wrong !!');
    },
  ],
  [
    'where no program is installed',
    (node) => {
      node.fail('command', { errno: 'ENOENT' }, Infinity);
      node.fail('service', { errno: 'ENOENT' }, Infinity);
    },
  ],
  [
    'where no file can be read',
    (node) => {
      for (const verb of ['read', 'list', 'identify', 'is-executable', 'find-directory'])
        node.fail(`file ${verb}`, 'EACCES', Infinity);
    },
  ],
  [
    'where the disk is full',
    (node) => {
      node.fail('file write', 'ENOSPC', Infinity);
      node.fail('directory', 'ENOSPC', Infinity);
    },
  ],
];

/** A failed releaseip may get the node banned, and an address that stays is on two nodes. */
export const releasesAnyway: Check = {
  title: 'releases an address whatever trouble it has itself',
  concerns: (subject) => subject.handles('releaseip'),
  async run(subject) {
    for (const [what, make] of troubles)
      for (const isNew of [false, true]) {
        await using node = await subject.nodeAt(place);
        make(node, subject);
        if (isNew) await node.restart();
        const { ok, output } = await subject.raise(node, step);
        if (node.kernel.find(movedIps[0]).length > 0)
          throw new ContractBroken(`releaseip leaves the address on the node ${what}. It said:\n${output}`);
        if (!ok) throw new ContractBroken(`releaseip fails ${what}, expected success. It said:\n${output}`);
      }
  },
};
