import { testMachine } from './machine-tests.ts';

testMachine('bookworm', /^6\.1\./);
