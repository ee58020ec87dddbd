import { FakeClock } from './fake-clock.js';
import { nextTurn } from './next-turn.js';

/**
 * A fake clock for a world that is fake throughout: where nothing waits for more than promises, one turn of the event
 * loop is enough to let all of them run their course.
 */
export class QuickClock extends FakeClock {
  override flush(): Promise<void> {
    return nextTurn();
  }
}
