import { describeNetworkContract } from '../support/network-contract.ts';

describeNetworkContract('commands');
describeNetworkContract('netlink');
