import { TestNode, type TestNodeSetting } from './test-node.ts';

/**
 * Makes a node in a fake world, to raise events on. Dispose of it when the test ends.
 *
 * @example
 * await using node = await testNode({ name: '70.web', plugin: web, options: { WEB_SERVICE: 'nginx' } });
 * node.services.define('nginx');
 * const result = await node.raise('startup');
 */
export const testNode = (setting: TestNodeSetting): Promise<TestNode> =>
  new Promise((resolve) => {
    resolve(new TestNode(setting));
  });
