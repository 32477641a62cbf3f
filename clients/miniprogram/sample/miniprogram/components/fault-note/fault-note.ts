/** Shows an error and a retry button. Fires `again` when the user taps the button. */
Component({
  properties: {
    /** A `Fault`. */
    fault: Object,
  },
  methods: {
    onAgain() {
      this.triggerEvent('again');
    },
  },
});
