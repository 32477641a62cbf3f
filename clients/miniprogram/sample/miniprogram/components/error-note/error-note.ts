/** Shows an error and a retry button. Fires `again` when the user taps the button. */
Component({
  properties: {
    /** An `ErrorView`. */
    error: Object,
  },
  methods: {
    onAgain() {
      this.triggerEvent('again');
    },
  },
});
