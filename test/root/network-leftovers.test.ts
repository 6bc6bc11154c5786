import { describeLeftovers } from '../support/leftovers-contract.ts';

describeLeftovers('commands');
describeLeftovers('netlink');
