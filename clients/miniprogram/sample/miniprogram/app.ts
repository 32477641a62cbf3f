import { yaoshi } from './yaoshi';

App({
  /** At launch, and whenever the Mini Program comes back to the foreground. The home page shows what became of it. */
  onShow() {
    void yaoshi.start();
  },
});
