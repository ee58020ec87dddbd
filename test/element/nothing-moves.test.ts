import { testThatNothingMoves } from '../support/nothing-moves.js';

testThatNothingMoves('en');
