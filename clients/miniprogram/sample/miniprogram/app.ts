import { yaoshi } from './yaoshi';

App({
  /** Runs at launch and on every return to the foreground. The home page shows the result. */
  onShow() {
    void yaoshi.start();
  },
});
