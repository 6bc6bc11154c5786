import { checkLaw } from './check-broken-node.ts';

checkLaw('link');
