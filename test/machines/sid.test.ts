import { testMachine } from './machine-tests.ts';

testMachine('sid', /^7\./);
