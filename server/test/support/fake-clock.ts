import { FakeClock as TestClock } from '../../../test/support/fake-clock.js';
import type { Clock } from '../../src/clock.js';
import { settled } from './quiet.js';

/** The clock of the widget's tests, for a server: what each timer sets off, databases among it, is finished before the next. */
export class FakeClock extends TestClock implements Clock {
  constructor() {
    // The day on which the databases and the events that tests compare with were made.
    super({ now: Date.UTC(2026, 0, 15, 9) });
  }

  override flush(): Promise<void> {
    return settled();
  }

  override async advance(ms: number): Promise<void> {
    await super.advance(ms);
    await this.flush();
  }
}
